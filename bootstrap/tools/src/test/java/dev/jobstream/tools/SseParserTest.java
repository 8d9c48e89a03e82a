package dev.jobstream.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {

    private static final String STREAM = """
            \uFEFFretry: 3000
            : hello

            id: 1-0
            event: step.output
            data: {"chunk":"é🚀"}

            id:2-0
            event:step.output
            data:{"n":1}
            data: second

            : beat

            event: stream.gap
            data: {"after":"2-0"}

            data
            databank: no
            ids: no

            id: 9-0
            event: without.data

            """;
    private static final List<String> EVENTS = List.of(
            "1-0|step.output|{\"chunk\":\"é🚀\"}",
            "2-0|step.output|{\"n\":1}\nsecond",
            "|stream.gap|{\"after\":\"2-0\"}",
            "||");

    private final List<String> heard = new ArrayList<>();
    private final SseParser parser =
            new SseParser(event -> heard.add(event.id() + "|" + event.type() + "|" + event.data()));

    private void feed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        parser.feed(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsAllKindsOfLineEnds(String lineEnd) {
        feed(STREAM.replace("\n", lineEnd));

        assertThat(heard).isEqualTo(EVENTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsTheSameHoweverTheBytesAreCut(String lineEnd) {
        byte[] bytes = STREAM.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
        Random random = new Random(42);
        for (int largest : new int[] {1, 2, 3, 7, 50}) {
            for (int repeat = 0; repeat < 50; repeat++) {
                heard.clear();
                SseParser fresh =
                        new SseParser(event -> heard.add(event.id() + "|" + event.type() + "|" + event.data()));
                int at = 0;
                while (at < bytes.length) {
                    int size = Math.min(bytes.length - at, 1 + random.nextInt(largest));
                    byte[] piece = new byte[size + 10];
                    System.arraycopy(bytes, at, piece, 5, size);
                    fresh.feed(piece, 5, 5 + size);
                    at += size;
                }
                assertThat(heard).isEqualTo(EVENTS);
            }
        }
    }

    @Test
    void anEventIsHeardAsSoonAsItsEmptyLineEnds() {
        feed("data: x\r\n");
        assertThat(heard).isEmpty();
        feed("\r");
        assertThat(heard).containsExactly("||x");
        feed("\ndata: y\n\n");
        assertThat(heard).containsExactly("||x", "||y");
    }

    @Test
    void whatIsNoEventIsToldOnceHoweverTheBytesAreCut() {
        byte[] bytes = STREAM.substring(1).getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            List<String> told = new ArrayList<>();
            SseParser fresh = new SseParser(new SseParser.Listener() {
                @Override
                public void event(SseParser event) {}

                @Override
                public void comment() {
                    told.add("comment");
                }

                @Override
                public void retry(int millis) {
                    told.add("retry " + millis);
                }

                @Override
                public void unknown(String line) {
                    told.add(line);
                }

                @Override
                public void blockEnd(SseParser.Field id) {
                    told.add("end " + id);
                }
            });
            for (int at = 0; at < bytes.length; at += size) {
                fresh.feed(bytes, at, Math.min(bytes.length, at + size));
            }
            assertThat(told)
                    .as("in pieces of %s", size)
                    .containsExactly(
                            "retry 3000",
                            "comment",
                            "end ",
                            "end 1-0",
                            "end 2-0",
                            "comment",
                            "end ",
                            "end ",
                            "databank: no",
                            "ids: no",
                            "end ",
                            "end 9-0");
            assertThat(fresh.hasCarriageReturns()).isFalse();
            assertThat(fresh.isInMidLine()).isFalse();
        }
    }

    @Test
    void aLineThatIsCutOffIsTold() {
        feed("data: x");

        assertThat(parser.isInMidLine()).isTrue();

        feed("\r\n");

        assertThat(parser.isInMidLine()).isFalse();
        assertThat(parser.hasCarriageReturns()).isTrue();
    }
}
