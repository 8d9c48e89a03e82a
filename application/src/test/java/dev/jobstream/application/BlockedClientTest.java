package dev.jobstream.application;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.feed.Feeds;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a stream whose client does not read, and of the others. */
class BlockedClientTest {

    private static final JobId JOB = new JobId("job");
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration NOT_DENSE = Feeds.NOT_DENSE;
    private static final Duration STALL = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final ScriptedSource source = new ScriptedSource();
    private final StreamSettings settings =
            StreamSettings.DEFAULT.withOpenWait(Duration.ZERO).withHeartbeat(Duration.ofHours(1));
    private final JobEventStreams streams =
            new JobEventStreams(source, new Everybody(), StreamMetrics.NONE, settings, workers, clock);
    private final RecordingConnection client = new RecordingConnection();

    @Test
    void anEventIsWrittenBeforeWhoeverBroughtItGoesOn() {
        watch(client);
        source.channel.onEvent(event(1));

        assertThat(client.take()).containsExactly("1-0");
        assertThat(workers.isIdle()).isTrue();
    }

    @Test
    void eventsThatComeDenselyGatherForAWorker() {
        watch(client);
        source.channel.onEvent(event(1));
        for (int n = 2; n <= 100; n++) {
            source.channel.onEvent(event(n));
        }
        assertThat(client.take()).containsExactly("1-0");

        workers.runAll();
        assertThat(client.take()).hasSize(99);
        assertThat(client.writes).isEqualTo(2);
    }

    @Test
    void whoeverBringsEventsDoesNotSpendAllItsTimeOnWritingThem() {
        watch(client);
        client.writeTakes(() -> clock.advance(Feeds.WHOLE_BUDGET));
        clock.advance(Feeds.BUDGET_PERIOD);
        source.channel.onEvent(event(1));
        clock.advance(NOT_DENSE);
        source.channel.onEvent(event(2));
        assertThat(client.take()).containsExactly("1-0");
        workers.runAll();
        assertThat(client.take()).containsExactly("2-0");

        clock.advance(Feeds.BUDGET_PERIOD);
        source.channel.onEvent(event(3));
        assertThat(client.take()).containsExactly("3-0");
    }

    @Test
    void whileItIsBlockedEventsCostNothing() {
        watch(client);
        client.slow = true;
        source.channel.onEvent(event(1));
        source.channel.onEvent(event(2));
        source.channel.onEvent(event(3));

        assertThat(client.take()).containsExactly("1-0");
        assertThat(workers.isIdle()).isTrue();
    }

    @Test
    void whatCameInTheMeantimeIsWrittenInOneGoWhenItReadsOn() {
        EventStream stream = watch(client);
        client.slow = true;
        source.channel.onEvent(event(1));
        source.channel.onEvent(event(2));
        source.channel.onEvent(event(3));
        client.slow = false;
        stream.onWritable();

        assertThat(client.take()).containsExactly("1-0", "2-0", "3-0");
    }

    @Test
    void allThoseWhoDoNotReadKeepNobodyElseWaiting() {
        List<RecordingConnection> stuck = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            RecordingConnection other = new RecordingConnection();
            stuck.add(other);
            watch(other);
            other.slow = true;
        }
        watch(client);
        for (int n = 1; n <= 5; n++) {
            source.channel.onEvent(event(n));
            workers.runAll();
        }

        assertThat(client.got).containsExactly("1-0", "2-0", "3-0", "4-0", "5-0");
        assertThat(stuck).allSatisfy(other -> assertThat(other.got).containsExactly("1-0"));
    }

    // ---- stalled ----

    @Test
    void whoTakesNothingForTheStallLimitIsEnded() {
        block();
        pass(STALL.minusNanos(1));
        assertThat(client.take()).isEmpty();
        pass(Duration.ofNanos(1));
        assertThat(client.take()).containsExactly("STALLED");
        assertThat(streams.openStreams()).isZero();
    }

    @Test
    void whoTakesSomethingDoesNotStall() {
        EventStream stream = block();
        for (int i = 0; i < 10; i++) {
            pass(STALL.minusNanos(1));
            stream.onProgress();
        }
        assertThat(client.take()).isEmpty();
    }

    @Test
    void whoHasBeenIdleForLongDoesNotStallAtItsNextEvent() {
        watch(client);
        pass(STALL.multipliedBy(10));
        client.slow = true;
        source.channel.onEvent(event(1));
        pass(STALL.minusNanos(1));

        assertThat(client.take()).containsExactly("1-0");
    }

    @Test
    void aBeatThatIsNotTakenStallsTheStreamToo() {
        watch(client);
        client.slow = true;
        pass(Duration.ofHours(1));
        assertThat(client.take()).containsExactly("heartbeat");
        pass(STALL);
        assertThat(client.take()).containsExactly("STALLED");
    }

    // ---- ended while it is blocked ----

    @Test
    void whoHasGoneIsEndedAtOnce() {
        EventStream stream = block();
        stream.close();
        workers.runAll();

        assertThat(client.take()).containsExactly("CLIENT_GONE");
    }

    @Test
    void whoIsEndedIsGivenAMomentToReadOn() {
        EventStream stream = block();
        streams.revoke(request -> true);
        workers.runAll();
        pass(TICK);
        assertThat(client.take()).isEmpty();

        client.slow = false;
        stream.onWritable();
        workers.runAll();
        assertThat(client.take()).containsExactly("REVOKED");
    }

    @Test
    void whoDoesNotReadOnIsCutOffWithinASecond() {
        block();
        streams.revoke(request -> true);
        workers.runAll();
        for (int i = 0; i < 3; i++) {
            pass(TICK);
        }
        assertThat(client.take()).containsExactly("REVOKED");
    }

    @Test
    void theLastEventIsDeliveredBeforeTheStreamIsFinished() {
        EventStream stream = watch(client);
        client.slow = true;
        source.channel.onEvent(terminal(1));
        workers.runAll();
        pass(STALL.minusNanos(1));
        assertThat(client.take()).containsExactly("1-0");

        stream.onWritable();
        workers.runAll();
        assertThat(client.take()).containsExactly("FINISHED");
    }

    @Test
    void aLastEventThatIsNeverTakenDoesNotFinishTheStream() {
        watch(client);
        client.slow = true;
        source.channel.onEvent(terminal(1));
        pass(STALL);

        assertThat(client.take()).containsExactly("1-0", "STALLED");
    }

    @Test
    void whoDoesNotTakeItsLastEventKeepsNoNodeFromStopping() {
        watch(client);
        client.slow = true;
        source.channel.onEvent(terminal(1));
        var drained = streams.shutDown();
        for (int i = 0; i < 3; i++) {
            pass(TICK);
        }

        assertThat(client.take()).containsExactly("1-0", "SHUTDOWN");
        assertThat(drained).isDone();
    }

    private EventStream watch(RecordingConnection connection) {
        EventStream stream = streams.open(new StreamRequest(JOB, StreamStart.now(), null));
        stream.start(connection);
        source.channel.onConnected();
        workers.runAll();
        assertThat(connection.take()).containsExactly("at 0-0");
        clock.advance(NOT_DENSE);
        return stream;
    }

    private EventStream block() {
        EventStream stream = watch(client);
        client.slow = true;
        source.channel.onEvent(event(1));
        assertThat(client.take()).containsExactly("1-0");
        return stream;
    }

    private void pass(Duration time) {
        clock.advance(time);
        streams.tick();
        workers.runAll();
    }
}
