package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDataTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"chunk\":\"🚀 ok\"}",
                "{\"separators\":\"\u2028\u2029\u0085\"}",
                "{\"escapes\":\"\\u0000 \\u000a \\u000D \\n \\r \\/ \\uD83D\\uDE80\"}",
                "{\"big\":9223372036854775807,\"bigger\":18446744073709551616,\"id\":9007199254740993}",
                "{\"huge\":1e400,\"tiny\":1E-400,\"zeros\":1.50,\"minus\":-0.0}",
                "{\"z\":1,\"a\":2,\"z\":3}",
                "{  \"spaced\" :\t[ 1 ,2 ]  }"
            })
    void isWhatThePublisherWroteByteForByte(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        EventData data = EventData.parse(bytes);

        assertThat(data.toByteArray()).isEqualTo(bytes);
        assertThat(data).hasToString(json);
        assertThat(data.size()).isEqualTo(bytes.length);
    }

    @Test
    void mayBeLarge() {
        String json = "{\"chunk\":\"" + "0123456789é🚀\\n".repeat(200 * 1024 / 18) + "\"}";

        assertThat(EventData.parse(json)).hasToString(json);
    }

    @ParameterizedTest
    @CsvSource({
        "'{<LF>}', '{ }'",
        "'{<CR>}', '{ }'",
        "'{<CR><LF>}', '{ }'",
        "'{<LF><LF>}', '{  }'",
        "'{<LF><CR>}', '{  }'",
        "'{<CR><CR><LF>}', '{  }'",
        "'{<CR><LF><CR><LF>}', '{  }'",
        "'{<CR> <LF>}', '{   }'",
        "'{<LF>  \"a\"<CR>:<LF>[1,<CR><LF>2<LF>]<LF>,<LF>\"b\":\"\\n\"<CR>}', '{   \"a\" : [1, 2 ] , \"b\":\"\\n\" }'",
        "'<LF><CR><LF> {\"a\":1}<CR><LF>', '{\"a\":1}'",
        "'<LF>{\"a\":  1}', '{\"a\":  1}'"
    })
    void isOnOneLineEachLineBreakBetweenTokensBeingOneSpace(String written, String folded) {
        String json = written.replace("<LF>", "\n").replace("<CR>", "\r");

        assertThat(EventData.parse(json)).hasToString(folded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void nestsToTheLimitAndNoDeeper(String opening) {
        for (String innermost : new String[] {"", "1"}) {
            assertThat(EventData.parse(nested(opening, innermost, EventData.MAX_DEPTH)))
                    .hasToString(nested(opening, innermost, EventData.MAX_DEPTH));
            assertThatExceptionOfType(InvalidEventException.class)
                    .as("with '%s' inside", innermost)
                    .isThrownBy(() -> EventData.parse(nested(opening, innermost, EventData.MAX_DEPTH + 1)))
                    .withMessageContaining("nested deeper than 512");
        }
    }

    @Test
    void nestingIsDepthNotCount() {
        String json = "{\"a\":[" + "[[]],{\"b\":{}},".repeat(2 * EventData.MAX_DEPTH) + "0]}";

        assertThat(EventData.parse(json)).hasToString(json);
    }

    @Test
    void remembersAtEveryDepthWhatItIsIn() {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < EventData.MAX_DEPTH / 2; i++) {
            json.append("{\"k\":[");
        }
        json.append("]}".repeat(EventData.MAX_DEPTH / 2));

        assertThat(EventData.parse(json.toString())).hasToString(json.toString());
        json.setCharAt(
                json.length() - EventData.MAX_DEPTH / 2, json.charAt(json.length() - EventData.MAX_DEPTH / 2 - 1));
        assertThatExceptionOfType(InvalidEventException.class).isThrownBy(() -> EventData.parse(json.toString()));
    }

    @Test
    void aFloodOfOpeningBracketsIsRefusedWithoutRecursion() {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> EventData.parse("{\"a\":" + "[".repeat(1_000_000)));
    }

    @Test
    void readsItsPieceOfALargerBufferAndNothingAround() {
        byte[] buffer = "[{\"a\":1}]".getBytes(StandardCharsets.UTF_8);

        assertThat(EventData.parse(buffer, 1, 8)).hasToString("{\"a\":1}");
        assertThatExceptionOfType(InvalidEventException.class).isThrownBy(() -> EventData.parse(buffer, 1, 9));
        assertThatExceptionOfType(InvalidEventException.class).isThrownBy(() -> EventData.parse(buffer, 1, 7));
    }

    @Test
    void sharesItsBytesWithNobody() {
        byte[] source = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        EventData data = EventData.parse(source);

        source[1] = '\n';
        data.toByteArray()[1] = '\n';

        assertThat(data).hasToString("{\"a\":1}");
    }

    @Test
    void copiesItselfIntoABuffer() {
        byte[] target = new byte[9];

        int behind = EventData.parse("{\"a\":1}").copyTo(target, 1);

        assertThat(behind).isEqualTo(8);
        assertThat(target).isEqualTo("\0{\"a\":1}\0".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void isEqualByItsBytes() {
        assertThat(EventData.parse(" {\"a\":1}\n"))
                .isEqualTo(EventData.parse("{\"a\":1}"))
                .hasSameHashCodeAs(EventData.parse("{\"a\":1}"))
                .isNotEqualTo(EventData.parse("{\"a\":1.0}"));
    }

    @Test
    void refusesATextThatUtf8CannotCarryInsteadOfReplacingCharacters() {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> EventData.parse("{\"a\":\"\ud83d\"}"))
                .withMessageContaining("surrogate");
    }

    /** That many objects or arrays in each other, the outermost an object. */
    private static String nested(String opening, String innermost, int depth) {
        boolean arrays = opening.equals("[");
        String inside = innermost.isEmpty() && !arrays ? "{}" : innermost;
        int levels = innermost.isEmpty() && !arrays ? depth - 2 : depth - 1;
        return "{\"o\":" + opening.repeat(levels) + inside + (arrays ? "]" : "}").repeat(levels) + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | ",
                "{\"chunk\":\"a\"} | a",
                "{ \"x\" : [{\"chunk\":\"no\"}] , \"chunk\" : \"a\" } | a",
                "{\"chunk\":\"a\",\"chunk\":\"b\"} | b",
                "{\"chunk\":\"a\",\"chunk\":1} | ",
                "{\"chunk\":{\"chunk\":\"no\"}} | ",
                "{\"chunk\":null} | ",
                "{\"Chunk\":\"no\"} | ",
                "{\"\\u0063hunk\":\"\\u0061\\/\\\"\\\\\"} | a/\"\\"
            })
    void saysWhatAMemberSays(String json, String text) {
        assertThat(EventData.parse(json).text("chunk")).isEqualTo(text);
    }

    @Test
    void readsEveryEscapeOfATextEvenHalfAPair() {
        String json = "{\"chunk\":\"\\b\\f\\n\\r\\t\\u0000\\u001b[1m\\ud83d\\ude80🚀\\ud83d|\\ude80\"}";

        assertThat(EventData.parse(json).text("chunk")).isEqualTo("\b\f\n\r\t\0\u001b[1m🚀🚀\ud83d|\ude80");
    }
}
