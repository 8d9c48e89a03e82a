package dev.jobstream.application.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.domain.TransportUnavailableException;
import dev.jobstream.test.domain.OneTimeStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryOneTimeStoreContractTest extends OneTimeStoreContract {

    private final ManualClock clock = new ManualClock();
    private final OneTimeStore store = new MemoryOneTimeStore(clock);

    @Override
    protected OneTimeStore node() {
        return store;
    }

    @Override
    protected void letExpire(String kept) {
        clock.advance(BRIEF);
    }

    @Test
    void keepsSoManyAndNoMoreUntilTheyExpire() {
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
