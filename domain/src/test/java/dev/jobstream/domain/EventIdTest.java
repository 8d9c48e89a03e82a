package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0-0",
                "0-1",
                "1-0",
                "1764064812345-0",
                "1764064812345-17",
                "9223372036854775807-9223372036854775807"
            })
    void readsBackWhatItWrites(String text) {
        assertThat(EventId.parse(text)).hasToString(text);
    }

    @Test
    void readsBothNumbers() {
        assertThat(EventId.parse("1764064812345-17")).isEqualTo(new EventId(1764064812345L, 17));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-", "1", "1-", "-1", "1--1", "-1-1", "1-1-1", "+1-1", "1-+1", "01-1", "1-01", "00-0", " 1-1",
                "1-1 ", "1 -1", "1-1\n", "0x1-1", "1.0-1", "1-1e3", "1_0-1", "1-*", "$", "+", "(1-1", "١-١", "1–1"
            })
    void refusesEveryOtherForm(String text) {
        refused(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "18446744073709551616-0",
                "0-18446744073709551616",
                "99999999999999999999-0",
                "100000000000000000000-0"
            })
    void refusesNumbersBeyond64BitsInsteadOfWrappingAround(String text) {
        refused(text);
    }

    @Test
    void doesNotRepeatAnOverlongTextInTheMessage() {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> EventId.parse("1-" + "1".repeat(100_000)))
                .withMessageContaining("100002 characters")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(100));
    }

    @Test
    void repeatsATextOfTheGreatestLengthInTheMessage() {
        String longest = "x".repeat(EventId.MAX_LENGTH);

        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> EventId.parse(longest))
                .withMessageContaining("'" + longest + "'");
    }

    @Test
    void comesInTheOrderOfTimeThenSequence() {
        List<EventId> inOrder = Stream.of(
                        "0-0",
                        "0-1",
                        "0-9223372036854775807",
                        "1-0",
                        "9-10",
                        "10-2",
                        "10-10",
                        "9223372036854775807-0",
                        "9223372036854775808-0",
                        "9223372036854775808-18446744073709551615",
                        "18446744073709551615-0")
                .map(EventId::parse)
                .toList();

        assertThat(inOrder.stream().sorted()).containsExactlyElementsOf(inOrder);
        for (int i = 1; i < inOrder.size(); i++) {
            assertThat(inOrder.get(i).isAfter(inOrder.get(i - 1))).isTrue();
            assertThat(inOrder.get(i - 1).isAfter(inOrder.get(i))).isFalse();
            assertThat(inOrder.get(i).isAfter(inOrder.get(i))).isFalse();
        }
    }

    @Test
    void noneIsBeforeEveryEvent() {
        assertThat(EventId.NONE).hasToString("0-0").isEqualTo(EventId.parse("0-0"));
        assertThat(new EventId(0, 1).isAfter(EventId.NONE)).isTrue();
    }

    @Test
    void namesWhateverAStreamMayHold() {
        EventId largest = EventId.parse("18446744073709551615-18446744073709551615");

        assertThat(largest).hasToString("18446744073709551615-18446744073709551615");
        assertThat(largest.toString()).hasSize(EventId.MAX_LENGTH);
        assertThat(largest).isEqualTo(new EventId(-1, -1));
    }

    private static void refused(String text) {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> EventId.parse(text))
                .withMessageStartingWith("event id must look like");
    }
}
