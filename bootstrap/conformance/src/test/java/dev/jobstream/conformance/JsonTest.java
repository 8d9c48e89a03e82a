package dev.jobstream.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void keepsTheTextOfEachValue() {
        Json json = Json.parse(" { \"a\" : [ 1.0, -0e+2 ,\"\\u00e9\\n\"], \"b\":{\"c\" :null} } ");

        Json array = Objects.requireNonNull(json.member("a"));
        assertThat(array.text()).isEqualTo("[ 1.0, -0e+2 ,\"\\u00e9\\n\"]");
        assertThat(array.elements()).extracting(Json::text).containsExactly("1.0", "-0e+2", "\"\\u00e9\\n\"");
        assertThat(array.elements().get(2).string()).isEqualTo("é\n");
        assertThat(Objects.requireNonNull(json.member("b")).text()).isEqualTo("{\"c\" :null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "01",
                "1.",
                "+1",
                "nul",
                "\"\t\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "{} x",
                "\"open"
            })
    void readsNothingElse(String document) {
        assertThatThrownBy(() -> Json.parse(document)).isInstanceOf(Failure.class);
    }

    @Test
    void quotesWhatItReads() {
        String text = "a\"\\\n\t\u0000é🚀\u2028";
        assertThat(Json.parse(Json.quote(text)).string()).isEqualTo(text);
    }
}
