package dev.jobstream.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the HTML Standard, wherever the bytes are cut. */
class SseParserTest {

    private static final String STREAM = "retry: 10\n: hello\n:\n\nid: 1\nevent: a\ndata: x\ndata:  y é🚀\nother: z\n\n"
            + "data\n\nid\ndata:1\n\nevent: no data\n\n:\n\nid: 3\n\ndata: unfinished\n";

    private static List<Block> parse(String stream) {
        return new SseParser().feed(stream.getBytes(UTF_8));
    }

    @Test
    void readsFieldsAndComments() {
        assertThat(parse(STREAM))
                .containsExactly(
                        new Block(null, "message", null, "10", List.of("hello", "")),
                        new Block("1", "a", "x\n y é🚀", null, List.of()),
                        new Block(null, "message", "", null, List.of()),
                        new Block("", "message", "1", null, List.of()),
                        new Block(null, "no data", null, null, List.of()),
                        new Block(null, "message", null, null, List.of("")),
                        new Block("3", "message", null, null, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\r\n"})
    void readsOtherLineEnds(String end) {
        SseParser parser = new SseParser();
        assertThat(parser.feed(STREAM.replace("\n", end).getBytes(UTF_8))).isEqualTo(parse(STREAM));
        assertThat(parser.sawCr()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void doesNotCareWhereTheBytesAreCut(String end) {
        byte[] bytes = ("\uFEFF" + STREAM.replace("\n", end)).getBytes(UTF_8);
        for (int size = 1; size < bytes.length; size++) {
            SseParser parser = new SseParser();
            List<Block> blocks = new ArrayList<>();
            for (int from = 0; from < bytes.length; from += size) {
                blocks.addAll(parser.feed(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size))));
            }
            assertThat(blocks).as("pieces of %d", size).isEqualTo(parse(STREAM));
            assertThat(parser.sawBom()).isTrue();
            assertThat(parser.sawMalformedText()).isFalse();
        }
    }

    @Test
    void notesWhatIsNoUtf8() {
        SseParser parser = new SseParser();
        parser.feed(new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xc3, '\n', '\n'});
        assertThat(parser.sawMalformedText()).isTrue();
    }

    @Test
    void ignoresAnIdWithNulAndARetryThatIsNoNumber() {
        assertThat(parse("id: 1\0\nretry: soon\ndata: x\n\n"))
                .containsExactly(new Block(null, "message", "x", null, List.of()));
    }
}
