package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jobstream.application.ClientConnection;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.application.StreamSettings;
import dev.jobstream.application.StreamStart;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many writes the events of a job cost, when a round over its watchers takes a time that is set by hand. */
class FanOutTest {

    private static final Duration LONGEST = Duration.ofNanos(FanOut.LONGEST_NANOS);
    private static final Duration ONE = Duration.ofNanos(1);

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final ScriptedSource source = new ScriptedSource();
    private final JobEventStreams streams = new JobEventStreams(
            source,
            new Everybody(),
            StreamMetrics.NONE,
            StreamSettings.DEFAULT.withOpenWait(Duration.ZERO),
            workers,
            clock);
    private final List<Counting> clients = new ArrayList<>();
    private Duration writeTakes = Duration.ZERO;
    private int published;

    private class Counting implements ClientConnection {
        private int writes;
        private int events;
        private RuntimeException failure;
        private Runnable meanwhile = () -> {};

        @Override
        public boolean send(EventBatch batch) {
            if (failure != null) {
                throw failure;
            }
            writes++;
            events += batch.size();
            clock.advance(writeTakes);
            meanwhile.run();
            return true;
        }

        @Override
        public boolean position(EventId id) {
            return true;
        }

        @Override
        public boolean heartbeat() {
            return true;
        }

        @Override
        public void close(EndReason reason) {}
    }

    private void watchers(int number) {
        for (int i = 0; i < number; i++) {
            Counting client = new Counting();
            clients.add(client);
            streams.open(new StreamRequest(new JobId("job"), StreamStart.now(), null))
                    .start(client);
        }
        source.channel.onConnected();
        workers.runAll();
    }

    private void publish() {
        onlyPublish();
        workers.runAll();
    }

    private void onlyPublish() {
        published++;
        source.journal.add(event(published));
        source.channel.onEvent(event(published));
    }

    private void assertAllHave(int events, int writes) {
        assertThat(clients).allSatisfy(client -> {
            assertThat(client.events).isEqualTo(events);
            assertThat(client.writes).isEqualTo(writes);
        });
    }

    @Test
    void aRoundThatWasShortIsFollowedByNoPause() {
        watchers(20);
        writeTakes = Duration.ofNanos(FanOut.SHORT_NANOS / 20).minus(ONE);
        publish();
        publish();
        publish();
        assertAllHave(3, 3);
    }

    /** A round over twenty watchers then takes 5 ms, and an event may wait for 20 ms. */
    private void roundsTakeFiveMillis() {
        watchers(20);
        writeTakes = Duration.ofNanos(250_000);
        publish();
        assertAllHave(1, 1);
    }

    private void later(Duration time) {
        clock.advance(time);
        workers.runAll();
    }

    @Test
    void whileARoundTakesLongEventsGatherForTheNext() {
        roundsTakeFiveMillis();
        publish();
        later(Duration.ofMillis(4));
        publish();
        publish();
        later(Duration.ofMillis(16).minus(ONE));
        assertAllHave(1, 1);

        later(ONE);
        assertAllHave(4, 2);
    }

    @Test
    void whoeverIsTheLastInTimeBeginsTheRound() {
        roundsTakeFiveMillis();
        later(Duration.ofMillis(5));
        publish(); // The next is expected after 10 ms, when this one has waited for 10, ...
        assertAllHave(1, 1);
        later(Duration.ofMillis(11));
        publish(); // ... and now after another 11, which were two too many.
        assertAllHave(3, 2);
    }

    @Test
    void nobodyWaitsForAnEventThatIsNotExpectedInTime() {
        roundsTakeFiveMillis();
        later(Duration.ofMillis(15));
        publish(); // 20 ms behind the last, which is just in time.
        assertAllHave(1, 1);
        later(Duration.ofMillis(20));
        assertAllHave(2, 2);

        later(Duration.ofMillis(15).plus(ONE));
        publish();
        assertAllHave(3, 3);
    }

    @Test
    void whatComesDuringARoundWaitsFromThenOn() {
        roundsTakeFiveMillis();
        later(Duration.ofMillis(30));
        clients.get(3).meanwhile = () -> {
            clients.get(3).meanwhile = () -> {};
            onlyPublish();
            onlyPublish();
        };
        publish();
        assertThat(clients.subList(0, 3))
                .allSatisfy(client -> assertThat(client.events).isEqualTo(2));
        assertThat(clients.subList(3, 20))
                .allSatisfy(client -> assertThat(client.events).isEqualTo(4));
        later(Duration.ofNanos(16_750_000).minus(ONE)); // Of 21 ms, 4.25 were spent on the rest of the round.
        assertThat(clients.get(0).events).isEqualTo(2);
        later(ONE);
        assertThat(clients).allSatisfy(client -> assertThat(client.events).isEqualTo(4));
    }

    @Test
    void theTimerOfEventsThatHaveLeftStartsNothing() {
        roundsTakeFiveMillis();
        later(Duration.ofMillis(5));
        publish();
        later(Duration.ofMillis(11));
        publish();
        assertAllHave(3, 2); // Begun before its time, which is 9 ms from when it began: 4 from now.
        publish();
        later(Duration.ofMillis(4));
        assertAllHave(3, 2);
        later(Duration.ofMillis(16));
        assertAllHave(4, 3);
    }

    @Test
    void aRoundAndTheWaitForItHaveALimit() {
        watchers(20);
        writeTakes = LONGEST.dividedBy(10).minus(ONE);
        clients.get(9).meanwhile = () -> {
            clients.get(9).meanwhile = () -> {};
            writeTakes = Duration.ZERO;
            onlyPublish();
            onlyPublish();
        };
        publish();
        assertThat(clients.get(0).events).isEqualTo(1);
        later(ONE.multipliedBy(9));
        assertThat(clients.get(0).events).isEqualTo(1);
        later(ONE);
        assertThat(clients).allSatisfy(client -> assertThat(client.events).isEqualTo(3));
    }

    @Test
    void whereARoundAloneTakesLongerNobodyWaits() {
        watchers(20);
        writeTakes = LONGEST;
        publish();
        onlyPublish();
        publish();
        assertAllHave(3, 2);
    }

    @Test
    void aFewAreNeverKeptWaiting() {
        watchers(FanOut.FEW);
        writeTakes = Duration.ofSeconds(1);
        publish();
        publish();
        publish();
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

    @Test
    void aSessionThatFailsDoesNotKeepTheOthersFromTheirEvents() {
        watchers(20);
        clients.get(3).failure = new IllegalStateException("on purpose");
        onlyPublish();
        assertThatIllegalStateException().isThrownBy(workers::runAll);
        workers.runAll();

        clients.remove(3);
        assertAllHave(1, 1);
        publish();
        assertAllHave(2, 2);
    }
}
