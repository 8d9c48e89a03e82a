package dev.jobstream.application.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How fast, with a clock in hand. */
class RatesTest {

    private final ManualClock clock = new ManualClock();
    private final Rates rates = new Rates(10, 3, clock::nanos);

    private int takeAll(String account) {
        int taken = 0;
        while (rates.take(account)) {
            taken++;
        }
        return taken;
    }

    @Test
    void whoComesFirstHasSavedForSomeSecondsAndThenGetsTheRate() {
        assertThat(takeAll("a")).isEqualTo(30);

        clock.advance(Duration.ofMillis(99));
        assertThat(takeAll("a")).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(takeAll("a")).isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        assertThat(takeAll("a")).isEqualTo(20);
        clock.advance(Duration.ofDays(1));
        assertThat(takeAll("a")).isEqualTo(30);
    }

    @Test
    void whoTriesInVainPaysNothing() {
        takeAll("a");
        for (int i = 0; i < 1_000; i++) {
            assertThat(rates.take("a")).isFalse();
        }
        clock.advance(Duration.ofMillis(100));
        assertThat(rates.take("a")).isTrue();
    }

    @Test
    void oneDoesNotPayForAnother() {
        takeAll("a");
        assertThat(takeAll("b")).isEqualTo(30);
    }

    @Test
    void whatIsTakenOnCreditIsPaidForBeforeThereIsMore() {
        rates.charge("a", 29);
        assertThat(rates.hasCredit("a")).isTrue();
        rates.charge("a", 21);

        clock.advance(Duration.ofSeconds(2));
        assertThat(rates.hasCredit("a")).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(rates.hasCredit("a")).isTrue();
    }

    @Test
    void whoHasSavedAllIsForgotten() {
        takeAll("a");
        rates.charge("b", 40);
        clock.advance(Duration.ofSeconds(3));

        assertThat(rates.take("c")).isTrue();

        assertThat(rates.accounts()).as("b and c").isEqualTo(2);
        clock.advance(Duration.ofSeconds(1));
        boolean unused = rates.hasCredit("d");
        clock.advance(Duration.ofSeconds(1));
        unused = rates.hasCredit("d");
        assertThat(rates.accounts()).isEqualTo(1);
    }

    @Test
    void thereAreOnlySoManyAccountsAndTheOthersAreOne() {
        for (int i = 0; i < Rates.MOST_ACCOUNTS; i++) {
            assertThat(rates.take("account " + i)).isTrue();
        }
        int taken = 0;
        for (int i = 0; i < 1_000; i++) {
            taken += rates.take("more " + i) ? 1 : 0;
        }

        assertThat(taken).isEqualTo(30);
        assertThat(rates.accounts()).isEqualTo(Rates.MOST_ACCOUNTS + 1);
        assertThat(takeAll("account 0")).as("who was there before").isEqualTo(29);
        clock.advance(Duration.ofSeconds(3));
        assertThat(rates.take("more")).isTrue();
        assertThat(rates.accounts()).isEqualTo(1);
    }

    @Test
    void noLimitKeepsNothing() {
        Rates none = new Rates(0, 3, clock::nanos);
        for (int i = 0; i < 1_000; i++) {
            none.charge("a" + i, Long.MAX_VALUE);
            assertThat(none.take("a" + i) && none.hasCredit("a" + i)).isTrue();
        }
        assertThat(none.accounts()).isZero();
    }

    @Test
    void manyThreadsGetNoMoreThanThereIs() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 1_000; i++) {
                    taken.addAndGet(rates.take("a") ? 1 : 0);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken.get()).isEqualTo(30);
    }
}
