package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WireSilenceTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long START = Long.MAX_VALUE - SECOND; // A clock's nanoseconds may overflow.

    private final WireSilence silence = new WireSilence(Duration.ofSeconds(10), 1, START);

    @Test
    void aSweepIsDueAfterSilenceAndAgainAfterMore() {
        assertThat(silence.isSweepDue(START + 10 * SECOND - 1)).isFalse();
        assertThat(silence.isSweepDue(START + 10 * SECOND)).isTrue();
        assertThat(silence.isSweepDue(START + 20 * SECOND - 1)).isFalse();
        assertThat(silence.isSweepDue(START + 20 * SECOND)).isTrue();
    }

    @Test
    void whatIsHeardPutsItOff() {
        silence.event();
        assertThat(silence.isSweepDue(START + 9 * SECOND)).isFalse();
        assertThat(silence.isSweepDue(START + 18 * SECOND)).isFalse();
        silence.connected();
        assertThat(silence.isSweepDue(START + 19 * SECOND)).isFalse();
        assertThat(silence.isSweepDue(START + 29 * SECOND)).isTrue();
    }

    @Test
    void zeroIsOff() {
        WireSilence off = new WireSilence(Duration.ZERO, 1, START);

        assertThat(off.isSweepDue(START + 1_000 * SECOND)).isFalse();
    }

    @Test
    void feedsDifferByUpToHalfOfTheTime() {
        WireSilence early = new WireSilence(Duration.ofSeconds(10), 0, START);

        assertThat(early.isSweepDue(START + 5 * SECOND - 1)).isFalse();
        assertThat(early.isSweepDue(START + 5 * SECOND)).isTrue();
    }

    @Test
    void itIsDeafWhenASweepHasFoundSomethingAndNotAWordHasComeSince() {
        assertThat(silence.swept(false)).isFalse();
        assertThat(silence.isDeaf()).isFalse();

        assertThat(silence.swept(true)).isTrue();

        assertThat(silence.isDeaf()).isTrue();
    }

    @Test
    void aWireThatIsOnlyLateIsNotDeaf() {
        silence.swept(true);
        silence.event();
        assertThat(silence.isDeaf()).isFalse();

        assertThat(silence.isSweepDue(START + SECOND)).isFalse();
        assertThat(silence.isDeaf()).isFalse();
    }

    @Test
    void whatTheWireBroughtDuringASweepWasNotMissed() {
        silence.event();

        assertThat(silence.swept(true)).isFalse();
        assertThat(silence.isDeaf()).isFalse();
    }

    @Test
    void aRenewalThatBroughtNothingAsksForTwiceThePatience() {
        for (int patience = 1; patience <= 64; patience *= 2) {
            sweepsUntilDeaf(patience);
            reconnected();
        }
        sweepsUntilDeaf(64);

        silence.event();
        reconnected();
        sweepsUntilDeaf(1);
    }

    private void sweepsUntilDeaf(int sweeps) {
        for (int i = 0; i < sweeps; i++) {
            assertThat(silence.isDeaf()).isFalse();
            silence.swept(true);
        }
        assertThat(silence.isDeaf()).isTrue();
        silence.renewed();
    }

    private void reconnected() {
        silence.connected();
        assertThat(silence.isSweepDue(START)).isFalse();
    }
}
