package dev.jobstream.benchmarks;

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
    void payloadNumbersAreReadBack() {
        Payload.Reader reader = new Payload.Reader();
        List<Long> read = new ArrayList<>();
        SseParser numbers = new SseParser(event -> {
            assertThat(reader.read(event.data())).isTrue();
            read.add(reader.number);
            read.add(reader.nanos);
        });
        byte[] data = new Payload(200).write(4711, 123_456_789_012_345L);
        assertThat(data.length).isBetween(190, 210);
        byte[] block =
                ("data:" + new String(data, StandardCharsets.US_ASCII) + "\n\n").getBytes(StandardCharsets.US_ASCII);

        numbers.feed(block, 0, block.length);

        assertThat(read).containsExactly(4711L, 123_456_789_012_345L);
    }

    @Test
    void whatIsNoPayloadIsTold() {
        Payload.Reader reader = new Payload.Reader();
        List<Boolean> read = new ArrayList<>();
        SseParser other = new SseParser(event -> read.add(reader.read(event.data())));
        byte[] blocks = """
                data: {"after":"1764064812345-0","resumesAt":"1764064812391-0"}

                data: {"some":"thing","n":1,"t":x}

                data: {}

                data: {"some longer thing here":"n","t":12345}

                """.getBytes(StandardCharsets.US_ASCII);

        other.feed(blocks, 0, blocks.length);

        assertThat(read).containsExactly(false, false, false, false);
    }
}
