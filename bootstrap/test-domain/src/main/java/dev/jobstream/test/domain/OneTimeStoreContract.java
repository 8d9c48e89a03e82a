package dev.jobstream.test.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.OneTimeStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link OneTimeStore} promises, numbered so that it can be referred to. */
public abstract class OneTimeStoreContract {

    private static final Duration LIFE = Duration.ofMinutes(1);

    /** What {@link #letExpire} waits for. */
    protected static final Duration BRIEF = Duration.ofMillis(50);

    private final String name = UUID.randomUUID().toString();

    /** The store of one node; each call is another node of the same installation. */
    protected abstract OneTimeStore node();

    /** Waits until a text that was just kept for {@link #BRIEF} has outlived it. */
    protected abstract void letExpire(String kept);

    @Test
    void o01_isTakenOnceOnWhateverNode() {
        OneTimeStore other = node();
        node().put(name, "text & more", LIFE);

        assertThat(other.take(name)).contains("text & more");
        assertThat(other.take(name)).isEmpty();
        assertThat(node().take(name)).isEmpty();
    }

    @Test
    void o02_whatWasNeverKeptIsNotThere() {
        assertThat(node().take(name)).isEmpty();
    }

    @Test
    void o03_isGoneAfterItsLife() {
        OneTimeStore node = node();
        node.put(name + "a", "brief", BRIEF);
        node.put(name + "b", "long", LIFE);

        letExpire(name + "a");

        assertThat(node.take(name + "a")).isEmpty();
        assertThat(node.take(name + "b")).contains("long");
    }

    @Test
    void o04_ofManyWhoAskAtOnceOneGetsIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        OneTimeStore one = node();
        OneTimeStore other = node();
        try {
            for (int round = 0; round < 50; round++) {
                String contested = name + round;
                one.put(contested, "prize", LIFE);
                List<Future<Boolean>> asking = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    OneTimeStore at = i % 2 == 0 ? one : other;
                    asking.add(threads.submit(() -> at.take(contested).isPresent()));
                }
                int winners = 0;
                for (Future<Boolean> each : asking) {
                    winners += each.get(20, TimeUnit.SECONDS) ? 1 : 0;
                }
                assertThat(winners).isOne();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void o05_keepsAsMuchAsItPromises() {
        String large = "\u00e9".repeat(8_192);
        node().put(name, large, LIFE);
        assertThat(node().take(name)).contains(large);
    }
}
