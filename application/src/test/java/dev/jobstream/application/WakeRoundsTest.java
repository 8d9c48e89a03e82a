package dev.jobstream.application;

import static dev.jobstream.application.Events.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many writes the events of a job cost, when a round over its watchers takes a time that is set by hand. */
class WakeRoundsTest {

    private static final Duration LONGEST = Duration.ofNanos(WakeRounds.LONGEST_NANOS);
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
        public void send(EventBatch batch) {
            if (failure != null) {
                throw failure;
            }
            writes++;
            events += batch.size();
            clock.advance(writeTakes);
            meanwhile.run();
        }

        @Override
        public void beat() {}

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
        source.wire.onConnected();
        workers.runAll();
    }

    private void publish() {
        published++;
        source.journal.add(event(published));
        source.wire.onEvent(event(published));
        workers.runAll();
    }

    private void assertAllHave(int events, int writes) {
        assertThat(clients).allSatisfy(client -> {
            assertThat(client.events).isEqualTo(events);
            assertThat(client.writes).isEqualTo(writes);
        });
    }

    @Test
    void aRoundThatWasShortIsFollowedByNoPause() {
        watchers(10);
        writeTakes = Duration.ofNanos(WakeRounds.SHORT_NANOS / 10).minus(ONE);
        publish();
        publish();
        publish();
        assertAllHave(3, 3);
    }

    @Test
    void whileARoundTakesLongEventsGatherForTheNext() {
        watchers(10);
        writeTakes = Duration.ofNanos(500_000);
        publish();
        assertAllHave(1, 1);
        publish();
        publish();
        publish();
        assertAllHave(1, 1);

        clock.advance(Duration.ofMillis(15).minus(ONE));
        workers.runAll();
        assertAllHave(1, 1);
        clock.advance(ONE);
        workers.runAll();
        assertAllHave(4, 2);
    }

    @Test
    void aRoundAndItsPauseHaveALimit() {
        watchers(10);
        writeTakes = LONGEST.dividedBy(10).minus(ONE);
        publish();
        publish();
        assertAllHave(1, 1);
        clock.advance(ONE.multipliedBy(10));
        workers.runAll();
        assertAllHave(2, 2);
    }

    @Test
    void aRoundThatTookLongerIsFollowedByNoPause() {
        watchers(10);
        writeTakes = LONGEST;
        publish();
        publish();
        assertAllHave(2, 2);
    }

    @Test
    void anEventAfterTheRestIsWrittenAtOnce() {
        watchers(10);
        writeTakes = Duration.ofMillis(1);
        publish();
        clock.advance(LONGEST);
        workers.runAll();
        publish();
        assertAllHave(2, 2);
    }

    @Test
    void aFewAreNeverKeptWaiting() {
        watchers(WakeRounds.FEW);
        writeTakes = Duration.ofSeconds(1);
        publish();
        publish();
        publish();
        assertAllHave(3, 3);
    }

    @Test
    void anEventInTheMidstOfARoundIsSeenByAll() {
        watchers(10);
        source.journal.add(event(1));
        source.wire.onEvent(event(1));
        source.journal.add(event(2));
        source.wire.onEvent(event(2));
        workers.runAll();
        assertThat(clients).allSatisfy(client -> assertThat(client.events).isEqualTo(2));
    }

    /** A client that does not read lets the others go on, and time pass, while it is written to, as other threads would. */
    @Test
    void whoDoesNotReadKeepsNobodyWaiting() {
        int stuck = Runtime.getRuntime().availableProcessors() + 3;
        watchers(stuck + 5);
        List<Counting> reading = clients.subList(stuck, clients.size());
        List<Boolean> served = new ArrayList<>();
        for (Counting client : clients.subList(0, stuck)) {
            client.meanwhile = () -> {
                for (int i = 0; i < 10; i++) {
                    clock.advance(Duration.ofNanos(WakeRounds.STUCK_NANOS));
                    workers.runAll();
                }
                served.add(reading.stream().allMatch(other -> other.events == 1));
            };
        }
        publish();

        assertAllHave(1, 1);
        assertThat(served).hasSize(stuck).containsOnly(true);
    }

    @Test
    void aSessionThatFailsDoesNotKeepTheOthersFromTheirEvents() {
        watchers(10);
        clients.get(3).failure = new IllegalStateException("on purpose");
        published++;
        source.journal.add(event(published));
        source.wire.onEvent(event(published));
        assertThatIllegalStateException().isThrownBy(workers::runAll);
        workers.runAll();

        clients.remove(3);
        assertAllHave(1, 1);
        publish();
        assertAllHave(2, 2);
    }
}
