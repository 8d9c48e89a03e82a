package dev.jobstream.application.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.domain.OneTimeStoreContract;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class MemoryOneTimeStoreContractTest extends OneTimeStoreContract {

    private final OneTimeStore store = new MemoryOneTimeStore(InstantSource.system());

    @Override
    protected OneTimeStore node() {
        return store;
    }

    @Test
    void keepsSoManyAndNoMoreUntilTheyExpire() {
        ManualClock clock = new ManualClock();
        OneTimeStore full = new MemoryOneTimeStore(clock);
        for (int i = 0; i < MemoryOneTimeStore.MOST; i++) {
            full.put("name" + i, "text", Duration.ofSeconds(30));
        }
        assertThatExceptionOfType(TransportUnavailableException.class)
                .isThrownBy(() -> full.put("more", "text", Duration.ofSeconds(30)));

        clock.advance(Duration.ofSeconds(30));
        full.put("more", "text", Duration.ofSeconds(30));
        assertThat(full.take("more")).contains("text");
    }
}
