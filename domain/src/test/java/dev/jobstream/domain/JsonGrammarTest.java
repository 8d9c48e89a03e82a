package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The structure of RFC 8259 to the letter: {@code y_} must be taken as it is, {@code n_} must be refused. */
class JsonGrammarTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "false",
                "null",
                "[]",
                "{}",
                "[1]",
                "[1,2]",
                "[[]]",
                "[{}]",
                "{\"b\":[]}",
                "[true,false,null,\"\",0,{},[]]",
                "[ ]",
                "{ }",
                "[ 1 , 2 ]",
                "\t1\t",
                "{\"b\":1,\"b\":2}",
                "{\"\":0}",
                "[[],[[]],{}]",
                "[{\"c\":{}},[{}]]"
            })
    void y_value(String value) {
        taken("{\"a\":" + value + "}");
        taken("{\"a\":[0," + value + "],\"z\":" + value + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "True",
                "TRUE",
                "tru",
                "truee",
                "nul",
                "nulll",
                "Null",
                "none",
                "undefined",
                "fals",
                "[",
                "]",
                "[1",
                "[1,",
                "[1,]",
                "[,]",
                "[,1]",
                "[1,,2]",
                "[1 2]",
                "[1:2]",
                "[\"a\":1]",
                "[}",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "{,}",
                "{,\"a\":1}",
                "{\"a\"}",
                "{\"a\",1}",
                "{\"a\"::1}",
                "{\"a\":1:2}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "{null:1}",
                "{[]:1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1;\"b\":2}",
                "{]",
                "[[]",
                "{{}}",
                "[1]]",
                "{}}",
                "1]",
                "1}",
                "/**/1",
                "1//",
                "#",
                "\u00a01",
                "\u20281",
                "\ufeff1",
                "\u000b1",
                "\f1",
                "\u00001",
                "...",
                "<x>",
                "@",
                "\\u0031"
            })
    void n_value(String value) {
        refused("{\"a\":" + value + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", " {}", "{} ", "\n{}\n", "\r\n\t {}\t\r\n", "{\"a\":1} "})
    void y_document(String json) {
        assertThat(EventData.parse(json)).hasToString(json.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\n",
                "null",
                "true",
                "1",
                "\"a\"",
                "[]",
                "[{}]",
                "{",
                "}",
                "{}{}",
                "{} {}",
                "{},",
                "{}]",
                "{};",
                "{}\0",
                "\0{}",
                "{}x",
                "x{}",
                "\ufeff{}",
                "{}\ufeff",
                "\u00a0{}",
                "{}\u000b",
                "({})",
                "//\n{}",
                "{}//",
                "{}#",
                "\"{}\"",
                "{\"a\":1}}"
            })
    void n_document(String json) {
        refused(json);
    }

    @Test
    void everyProperPrefixOfADocumentIsRefused() {
        byte[] json = "{\"a\":[1.5e3,true,null,\"\\u0041é🚀\"],\"b\":{\"c\":-0}}".getBytes(StandardCharsets.UTF_8);

        for (int to = 0; to < json.length; to++) {
            int cut = to;
            assertThatExceptionOfType(InvalidEventException.class)
                    .as("first %d bytes", to)
                    .isThrownBy(() -> EventData.parse(json, 0, cut));
        }
        assertThat(EventData.parse(json).toByteArray()).isEqualTo(json);
    }

    static void taken(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThat(EventData.parse(bytes).toByteArray()).isEqualTo(bytes);
    }

    static void refused(String json) {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> EventData.parse(json.getBytes(StandardCharsets.UTF_8)))
                .withMessageStartingWith("malformed JSON at byte ");
    }
}
