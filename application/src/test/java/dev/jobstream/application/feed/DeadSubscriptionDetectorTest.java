package dev.jobstream.application.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadSubscriptionDetectorTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long START = Long.MAX_VALUE - SECOND; // A clock's nanoseconds may overflow.

    private final DeadSubscriptionDetector silence = new DeadSubscriptionDetector(Duration.ofSeconds(10), 1, START);

    @Test
    void aSweepIsDueAfterSilenceAndAgainAfterMore() {
        assertThat(silence.isSweepDue(START + 10 * SECOND - 1)).isFalse();
        assertThat(silence.isSweepDue(START + 10 * SECOND)).isTrue();
        assertThat(silence.isSweepDue(START + 20 * SECOND - 1)).isFalse();
        assertThat(silence.isSweepDue(START + 20 * SECOND)).isTrue();
    }

    @Test
    void whatIsHeardPutsItOff() {
        silence.onMessage();
        assertThat(silence.isSweepDue(START + 9 * SECOND)).isFalse();
        assertThat(silence.isSweepDue(START + 18 * SECOND)).isFalse();
        silence.onSubscribed();
        assertThat(silence.isSweepDue(START + 19 * SECOND)).isFalse();
        assertThat(silence.isSweepDue(START + 29 * SECOND)).isTrue();
    }

    @Test
    void zeroIsOff() {
        DeadSubscriptionDetector off = new DeadSubscriptionDetector(Duration.ZERO, 1, START);

        assertThat(off.isSweepDue(START + 1_000 * SECOND)).isFalse();
    }

    @Test
    void feedsDifferByUpToHalfOfTheTime() {
        DeadSubscriptionDetector early = new DeadSubscriptionDetector(Duration.ofSeconds(10), 0, START);

        assertThat(early.isSweepDue(START + 5 * SECOND - 1)).isFalse();
        assertThat(early.isSweepDue(START + 5 * SECOND)).isTrue();
    }

    @Test
    void itIsDeafWhenASweepHasFoundSomethingAndNotAWordHasComeSince() {
        assertThat(silence.onSwept(false)).isFalse();
        assertThat(silence.isDead()).isFalse();

        assertThat(silence.onSwept(true)).isTrue();

        assertThat(silence.isDead()).isTrue();
    }

    @Test
    void aWireThatIsOnlyLateIsNotDeaf() {
        silence.onSwept(true);
        silence.onMessage();
        assertThat(silence.isDead()).isFalse();

        assertThat(silence.isSweepDue(START + SECOND)).isFalse();
        assertThat(silence.isDead()).isFalse();
    }

    @Test
    void whatTheWireBroughtDuringASweepWasNotMissed() {
        silence.onMessage();

        assertThat(silence.onSwept(true)).isFalse();
        assertThat(silence.isDead()).isFalse();
    }

    @Test
    void aRenewalThatBroughtNothingAsksForTwiceThePatience() {
        for (int patience = 1; patience <= 64; patience *= 2) {
            sweepsUntilDeaf(patience);
            reconnected();
        }
        sweepsUntilDeaf(64);

        silence.onMessage();
        reconnected();
        sweepsUntilDeaf(1);
    }

    private void sweepsUntilDeaf(int sweeps) {
        for (int i = 0; i < sweeps; i++) {
            assertThat(silence.isDead()).isFalse();
            silence.onSwept(true);
        }
        assertThat(silence.isDead()).isTrue();
        silence.onResubscribe();
    }

    private void reconnected() {
        silence.onSubscribed();
        assertThat(silence.isSweepDue(START)).isFalse();
    }
}
