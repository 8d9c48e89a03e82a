package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only well-formed UTF-8 passes: {@code y_} must be taken as it is, {@code n_} must be refused. */
class JsonUtf8Test {

    /** What stands between the quotes of a string, in hexadecimal. */
    @ParameterizedTest
    @CsvSource({
        "y_two_bytes_first, c280",
        "y_two_bytes_last, dfbf",
        "y_three_bytes_first, e0a080",
        "y_three_bytes_before_surrogates, ed9fbf",
        "y_three_bytes_after_surrogates, ee8080",
        "y_three_bytes_last, efbfbf",
        "y_four_bytes_first, f0908080",
        "y_four_bytes_last, f48fbfbf",
        "n_lone_continuation, 80",
        "n_lone_continuation_high, bf",
        "n_overlong_nul, c080",
        "n_overlong_slash, c0af",
        "n_overlong_two_bytes, c1bf",
        "n_overlong_line_feed, c08a",
        "n_overlong_three_bytes, e09fbf",
        "n_overlong_line_feed_three_bytes, e0808a",
        "n_overlong_four_bytes, f08fbfbf",
        "n_surrogate_high, eda080",
        "n_surrogate_low, edbfbf",
        "n_surrogate_pair_cesu, eda0bdedba80",
        "n_beyond_unicode, f4908080",
        "n_lead_f5, f5808080",
        "n_five_bytes, f888808080",
        "n_six_bytes, fc8480808080",
        "n_fe, fe",
        "n_ff, ff",
        "n_two_bytes_cut, c3",
        "n_three_bytes_cut, e282",
        "n_four_bytes_cut, f09f9a",
        "n_two_bytes_then_ascii, c341",
        "n_three_bytes_then_ascii, e28241",
        "n_four_bytes_then_ascii, f09f9a41",
        "n_four_bytes_then_lead, f09f9ac3a9",
        "n_latin_1, e9"
    })
    void utf8(String name, String hex) {
        byte[] bytes = HexFormat.of().parseHex("7b2261223a22" + hex + "227d");

        if (name.startsWith("y_")) {
            assertThat(EventData.parse(bytes).toByteArray()).isEqualTo(bytes);
        } else {
            assertThatExceptionOfType(InvalidEventException.class).isThrownBy(() -> EventData.parse(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "efbbbf7b7d",
                "feff007b007d",
                "fffe7b007d00",
                "007b007d",
                "7b007d00",
                "0000007b0000007d",
                "7b7dff",
                "ff"
            })
    void n_bytes_that_other_readers_guess_an_encoding_from(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThatExceptionOfType(InvalidEventException.class).isThrownBy(() -> EventData.parse(bytes));
    }
}
