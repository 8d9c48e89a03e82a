package dev.jobstream.application.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class StreamClockTest {

    private final StreamClock clock = StreamClock.system();

    @Test
    void isTheMachines() {
        long nanos = System.nanoTime();
        Instant now = Instant.now();

        assertThat(clock.nanos() - nanos).isNotNegative();
        assertThat(clock.now()).isBetween(now, now.plusSeconds(3600));
        long later = clock.nanos();
        assertThat(System.nanoTime() - later).isNotNegative();
    }
}
