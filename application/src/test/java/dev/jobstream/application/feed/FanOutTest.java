package dev.jobstream.application.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many writes the events of a job cost, where a write takes a time that is set by hand. */
class FanOutTest {

    private static final Duration LONGEST = Duration.ofNanos(FanOut.LONGEST_NANOS);
    private static final Duration SHORT = Duration.ofNanos(FanOut.SHORT_PATIENCE_NANOS);
    private static final Duration LOOK = Duration.ofNanos(DeliveryTime.LOOK_NANOS);
    private static final Duration ONE = Duration.ofNanos(1);

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final DeliveryTime time = new DeliveryTime(2, clock);
    private final Watchers watchers = new Watchers();
    private final FanOut fanOut = new FanOut(watchers, workers, time, clock);
    private final List<Counting> clients = new ArrayList<>();
    private Duration writeTakes = Duration.ZERO;
    private int published;

    private final class Counting extends Watcher {
        private int writes;
        private int events;
        private Runnable meanwhile = () -> {};

        @Override
        public void wake() {
            if (events < published) {
                events = published;
                writes++;
                clock.advance(writeTakes);
                meanwhile.run();
            }
        }

        @Override
        public void wakeLater() {
            workers.execute(this::wake);
        }
    }

    private void watchers(int number) {
        for (int i = 0; i < number; i++) {
            Counting client = new Counting();
            clients.add(client);
            watchers.add(client);
        }
    }

    private void publish() {
        onlyPublish();
        workers.runAll();
    }

    private void onlyPublish() {
        published++;
        fanOut.wake();
    }

    private void later(Duration passed) {
        clock.advance(passed);
        workers.runAll();
    }

    /** So much of both processors' time was spent on deliveries lately. */
    private void spent(double part) {
        time.pressure(clock.nanos());
        for (int i = 0; i < 2; i++) {
            time.spentByBringer((long) (2 * part * LOOK.toNanos()));
            clock.advance(LOOK);
            time.pressure(clock.nanos());
        }
    }

    private void busy() {
        spent(2 * DeliveryTime.BUSY);
    }

    private void assertAllHave(int events, int writes) {
        assertThat(clients).allSatisfy(client -> {
            assertThat(client.events).isEqualTo(events);
            assertThat(client.writes).isEqualTo(writes);
        });
    }

    // ---- at rest ----

    @Test
    void nothingWaitsOnAMachineAtRest() {
        watchers(20);
        spent(DeliveryTime.AT_REST / 2);
        publish();
        publish();
        later(Duration.ofMillis(1));
        publish();
        assertAllHave(3, 3);
    }

    @Test
    void aFewAreServedByTheThreadThatBringsTheEvent() {
        watchers(FanOut.FEW);
        onlyPublish();
        assertAllHave(1, 1);
        later(Duration.ofNanos(FanOut.DENSE_NANOS));
        onlyPublish();
        assertAllHave(2, 2);
    }

    @Test
    void denseEventsAreLeftToAWorkerWhereTheyGather() {
        watchers(FanOut.FEW);
        onlyPublish();
        clock.advance(Duration.ofNanos(FanOut.DENSE_NANOS).minus(ONE));
        onlyPublish();
        onlyPublish();
        assertAllHave(1, 1);
        workers.runAll();
        assertAllHave(3, 2);
    }

    @Test
    void aThreadThatHasSpentItsTimeLeavesEventsToAWorker() {
        watchers(1);
        writeTakes = Duration.ofNanos(DeliveryTime.MOST_NANOS);
        onlyPublish();
        onlyPublish();
        assertAllHave(1, 1);
        workers.runAll();
        assertAllHave(2, 2);

        clock.advance(Duration.ofNanos(DeliveryTime.PERIOD_NANOS));
        onlyPublish();
        assertAllHave(3, 3);
    }

    @Test
    void anEventInTheMidstOfARoundIsSeenByAll() {
        watchers(20);
        onlyPublish();
        onlyPublish();
        workers.runAll();
        assertThat(clients).allSatisfy(client -> assertThat(client.events).isEqualTo(2));
    }

    // ---- under load ----

    @Test
    void onABusyMachineAnEventWaitsForTheNextThatIsExpectedSoon() {
        for (int number : new int[] {FanOut.LEAST_WHO_SHARE, FanOut.FEW, 20}) {
            published = 0;
            clients.forEach(watchers::remove);
            clients.clear();
            watchers(number);
            later(Duration.ofSeconds(1));
            busy();
            publish();
            later(Duration.ofMillis(20));
            publish(); // The next is expected after another 20 ms, and may be late by half of them.
            assertAllHave(1, 1);
            later(Duration.ofMillis(25));
            publish();
            assertAllHave(3, 2);
        }
    }

    @Test
    void forFewerItDoesNot() {
        watchers(FanOut.LEAST_WHO_SHARE - 1);
        busy();
        publish();
        later(Duration.ofMillis(20));
        publish();
        assertAllHave(2, 2);
    }

    @Test
    void itWaitsNoLongerThanItMay() {
        watchers(FanOut.LEAST_WHO_SHARE);
        busy();
        publish();
        later(Duration.ofMillis(20));
        publish();
        later(Duration.ofMillis(30).minus(ONE));
        assertAllHave(1, 1);
        later(ONE);
        assertAllHave(2, 2);
    }

    @Test
    void nobodyWaitsForAnEventThatIsNotExpectedInTime() {
        watchers(FanOut.LEAST_WHO_SHARE);
        busy();
        publish();
        later(LONGEST.plus(ONE));
        publish();
        assertAllHave(2, 2);
    }

    @Test
    void severalGatherForAShortTimeOnly() {
        watchers(FanOut.LEAST_WHO_SHARE);
        busy();
        publish();
        later(Duration.ofMillis(3));
        publish();
        later(Duration.ofMillis(3));
        publish(); // The next would come after six of eight.
        assertAllHave(1, 1);
        later(Duration.ofMillis(3));
        publish(); // The next would come after nine.
        assertAllHave(4, 2);
    }

    @Test
    void whereRoundsTakeLongSeveralGatherForLonger() {
        watchers(20);
        busy();
        writeTakes = Duration.ofNanos(250_000); // 5 ms a round, so that an event may wait for 20.
        publish();
        later(Duration.ofMillis(2));
        publish();
        later(Duration.ofMillis(7));
        publish();
        assertAllHave(1, 1);
        later(Duration.ofMillis(13).minus(ONE));
        assertAllHave(1, 1);
        later(ONE);
        assertAllHave(3, 2);
    }

    @Test
    void aRoundAndTheWaitForItHaveALimit() {
        watchers(20);
        busy();
        writeTakes = LONGEST.dividedBy(25);
        clients.get(19).meanwhile = () -> {
            clients.get(19).meanwhile = () -> {};
            onlyPublish();
            onlyPublish();
        };
        publish();
        later(LONGEST.dividedBy(5).minus(ONE));
        assertThat(clients.get(0).events).isEqualTo(1);
        later(ONE);
        assertThat(clients).allSatisfy(client -> assertThat(client.events).isEqualTo(3));
    }

    @Test
    void whereARoundAloneTakesLongerNobodyWaits() {
        watchers(20);
        busy();
        writeTakes = LONGEST.dividedBy(20);
        publish();
        onlyPublish();
        onlyPublish();
        workers.runAll();
        assertThat(clients).allSatisfy(client -> assertThat(client.events).isEqualTo(3));
    }

    @Test
    void theLessItIsBusyTheLessItWaits() {
        watchers(FanOut.LEAST_WHO_SHARE);
        spent((DeliveryTime.AT_REST + DeliveryTime.BUSY) / 2);
        publish();
        later(SHORT.dividedBy(4));
        publish();
        assertAllHave(1, 1);
        later(SHORT.dividedBy(4));
        publish();
        assertAllHave(3, 2);
    }

    @Test
    void whatComesDuringARoundWaitsFromThenOn() {
        watchers(20);
        busy();
        clients.get(3).meanwhile = () -> {
            clients.get(3).meanwhile = () -> {};
            onlyPublish();
            clock.advance(Duration.ofMillis(2));
        };
        publish();
        later(SHORT.minus(Duration.ofMillis(2)).minus(ONE));
        assertThat(clients.get(0).events).isEqualTo(1);
        later(ONE);
        assertThat(clients).allSatisfy(client -> assertThat(client.events).isEqualTo(2));
    }

    @Test
    void theTimerOfEventsThatHaveLeftStartsNothing() {
        watchers(FanOut.LEAST_WHO_SHARE);
        busy();
        publish();
        later(Duration.ofMillis(6));
        publish();
        later(Duration.ofMillis(5));
        publish();
        assertAllHave(3, 2); // Begun before its time, 3 ms from now.
        later(Duration.ofMillis(2));
        publish();
        later(Duration.ofMillis(1));
        assertAllHave(3, 2);
        later(SHORT.minus(Duration.ofMillis(1)));
        assertAllHave(4, 3);
    }

    // ---- failures ----

    @Test
    void aSessionThatFailsDoesNotKeepTheOthersFromTheirEvents() {
        watchers(20);
        fail(3);
        onlyPublish();
        assertThatIllegalStateException().isThrownBy(workers::runAll);
        workers.runAll();

        clients.remove(3);
        assertAllHave(1, 1);
        publish();
        assertAllHave(2, 2);
    }

    @Test
    void norDoesItAmongAFew() {
        watchers(4);
        fail(1);
        assertThatIllegalStateException().isThrownBy(this::onlyPublish);
        workers.runAll();

        clients.remove(1);
        assertAllHave(1, 1);
        later(Duration.ofSeconds(1));
        publish();
        assertAllHave(2, 2);
    }

    private void fail(int index) {
        clients.get(index).meanwhile = () -> {
            clients.get(index).meanwhile = () -> {};
            throw new IllegalStateException("on purpose");
        };
    }
}
