package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "0", "-", "_", ".", "job-42", "9f1c2f4e-0c5c-4ff5-9d9b-0a6d3c1e7b11", "A.b_C-9", "azAZ09"})
    void takesNamesOfTheAllowedCharacters(String value) {
        assertThat(new JobId(value)).hasToString(value);
    }

    @Test
    void takes128CharactersAndNoMore() {
        assertThat(new JobId("x".repeat(128)).value()).hasSize(128);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JobId("x".repeat(129)))
                .withMessageContaining("129");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "a b", "a/b", "a{b}", "a\n", "\na", "a\r", "a\0", "a%2F", "é", "a:b", "a*", "@", "[", "`", "٣"
            })
    void refusesEverythingElse(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new JobId(value)).withMessageStartingWith("jobId");
    }

    @Test
    void neverEchoesABadCharacterRaw() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JobId("ab\nforged log line"))
                .withMessageContaining("U+000A at 2")
                .withMessageNotContaining("\n");
    }
}
