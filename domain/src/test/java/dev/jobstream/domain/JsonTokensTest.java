package dev.jobstream.domain;

import static dev.jobstream.domain.JsonGrammarTest.refused;
import static dev.jobstream.domain.JsonGrammarTest.taken;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and strings of RFC 8259 to the letter: {@code y_} must be taken as it is, {@code n_} must be refused. */
class JsonTokensTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "1",
                "-1",
                "10",
                "123456789",
                "0.0",
                "0.10",
                "-0.0",
                "1.5",
                "0e0",
                "0E0",
                "0e+1",
                "0e-1",
                "1e00",
                "1E+02",
                "1.25e-7",
                "-1e400",
                "1e400",
                "1e-400",
                "9007199254740993",
                "9223372036854775807",
                "-9223372036854775808",
                "18446744073709551615",
                "123456789012345678901234567890",
                "0.1000000000000000055511151231257827021181583404541015625"
            })
    void y_number(String value) {
        taken("{\"a\":" + value + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "+",
                "01",
                "-01",
                "00",
                "-00",
                "1.",
                ".1",
                "-.1",
                "1.e1",
                ".e1",
                "e1",
                "1e",
                "1e+",
                "1e-",
                "1E",
                "1ee1",
                "1e1.5",
                "1.2.3",
                "1 2",
                "- 1",
                "--1",
                "1-1",
                "1+1",
                "0x1",
                "0b1",
                "1_000",
                "1,000",
                "1f",
                "1L",
                "NaN",
                "Infinity",
                "-Infinity",
                "inf",
                "١",
                "１"
            })
    void n_number(String value) {
        refused("{\"a\":" + value + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"a\"",
                "\" \"",
                "\"\\\"\"",
                "\"\\\\\"",
                "\"\\/\"",
                "\"/\"",
                "\"\\b\\f\\n\\r\\t\"",
                "\"\\u0000\"",
                "\"\\u001f\"",
                "\"\\uABCD\\uabcd\"",
                "\"\\ud83d\\ude80\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"\\\\u000a\"",
                "\"\\\\\\\\\"",
                "\"'\"",
                "\"\u007f\"",
                "\"\u0080\"",
                "\"\u2028\u2029\"",
                "\"\ufeff\"",
                "\"\ufffe\uffff\"",
                "\"é\"",
                "\"€\"",
                "\"🚀\"",
                "\"/*x*/\"",
                "\"{}[]:,\"",
                "\"\udbff\udfff\""
            })
    void y_string(String value) {
        taken("{\"a\":" + value + "}");
        taken("{" + value + ":1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"",
                "\"a",
                "a\"",
                "'a'",
                "a",
                "\"\\\"",
                "\"\\\\\\\"",
                "\"\\a\"",
                "\"\\v\"",
                "\"\\0\"",
                "\"\\x41\"",
                "\"\\'\"",
                "\"\\ \"",
                "\"\\U0041\"",
                "\"\\u\"",
                "\"\\u1\"",
                "\"\\u12\"",
                "\"\\u123\"",
                "\"\\u123g\"",
                "\"\\u 123\"",
                "\"\\u+123\"",
                "\"\\u-123\"",
                "\"\\u１２３４\"",
                "\"\\é\"",
                "\"\n\"",
                "\"\r\"",
                "\"\t\"",
                "\"\0\"",
                "\"\u001f\"",
                "\"\\\n\"",
                "\"a\"b\"",
                "\"\"\"",
                "`a`",
                "\"a\" \"b\"",
                "“a”"
            })
    void n_string(String value) {
        refused("{\"a\":" + value + "}");
        refused("{" + value + ":1}");
    }
}
