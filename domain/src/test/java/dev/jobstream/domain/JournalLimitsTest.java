package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalLimitsTest {

    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void anEventMayBeAsLargeAsTheLimitAndNoLarger() {
        JournalLimits limits = new JournalLimits(1, DAY, 8);

        assertThatCode(() -> limits.check(EventData.parse("{\"a\":10}"))).doesNotThrowAnyException();
        assertThatExceptionOfType(EventTooLargeException.class)
                .isThrownBy(() -> limits.check(EventData.parse("{\"a\":100}")))
                .withMessage("data must have at most 8 bytes, has 9");
    }

    @Test
    void sizeCountsBytesNotCharacters() {
        assertThatExceptionOfType(EventTooLargeException.class)
                .isThrownBy(() -> new JournalLimits(1, DAY, 10).check(EventData.parse("{\"a\":\"🚀\"}")));
    }

    @Test
    void refusesLimitsThatNothingCouldPass() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JournalLimits(0, DAY, 8))
                .withMessage("maxEvents must be at least 1, is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JournalLimits(1, Duration.ZERO, 8))
                .withMessageStartingWith("ttl");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JournalLimits(1, DAY, 1))
                .withMessage("maxEventBytes must be at least 2, is 1");
    }

    @Test
    void takesTheSmallestLimitsThatSomethingPasses() {
        JournalLimits limits = new JournalLimits(1, Duration.ofMillis(1), 2);

        assertThatCode(() -> limits.check(EventData.parse("{}"))).doesNotThrowAnyException();
    }

    @Test
    void aPageWithMoreBehindItIsNotEmpty() {
        assertThatIllegalArgumentException().isThrownBy(() -> new JournalPage(List.of(), true, true));
        assertThatCode(() -> new JournalPage(List.of(), false, false)).doesNotThrowAnyException();
    }
}
