package dev.jobstream.application;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.id;
import static dev.jobstream.test.domain.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What happens while a stream is being granted, and while a node stops. */
class ComingAndGoingTest {

    private static final JobId JOB = new JobId("job");

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private @Nullable Runnable whileListening;
    private final ScriptedSource source = new ScriptedSource() {
        @Override
        public Subscription listen(JobId job, EventListener listener) {
            Runnable happens = whileListening;
            whileListening = null;
            if (happens != null) {
                happens.run();
            }
            return super.listen(job, listener);
        }
    };

    // ---- coming ----

    @Test
    void whoComesFirstWaitsUntilTheJobIsKnown() throws Exception {
        source.journal.add(terminal(1));
        JobEventStreams streams = streams(Duration.ofHours(1));
        CompletableFuture<EventStream> granted = new CompletableFuture<>();
        Thread comes = new Thread(() -> granted.complete(open(streams, StreamStart.after(id(1)))));
        comes.setDaemon(true);
        comes.start();
        await().until(() -> comes.getState() == Thread.State.TIMED_WAITING || granted.isDone());

        source.channel.onConnected();
        workers.runAll();

        assertThat(granted.get(10, TimeUnit.SECONDS).isFinished()).isTrue();
    }

    @Test
    void whoIsInterruptedWhileItWaitsComesAllTheSameAndStaysInterrupted() {
        JobEventStreams streams = streams(Duration.ofHours(1));

        Thread.currentThread().interrupt();
        EventStream stream = open(streams, StreamStart.beginning());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stream.isFinished()).isFalse();
    }

    @Test
    void whoComesWhileTheNodeStopsIsSentAway() {
        JobEventStreams streams = streams(Duration.ZERO);
        whileListening = streams::shutDown;

        EventStream stream = open(streams, StreamStart.beginning());
        RecordingConnection client = new RecordingConnection();
        stream.start(client);
        workers.runAll();

        assertThat(client.take()).containsExactly("SHUTDOWN");
        assertThat(streams.openStreams()).isZero();
    }

    @Test
    void aTransportThatFailedOnceIsAskedAgainByTheNext() {
        JobEventStreams streams = streams(Duration.ZERO);
        whileListening = () -> {
            throw new IllegalStateException("on purpose");
        };
        assertThatIllegalStateException().isThrownBy(() -> open(streams, StreamStart.beginning()));
        assertThat(streams.followedJobs()).as("it lingers").isOne();

        RecordingConnection client = new RecordingConnection();
        open(streams, StreamStart.beginning()).start(client);
        source.channel.onConnected();
        source.channel.onEvent(event(1));
        workers.runAll();
        source.channel.onEvent(event(1));
        workers.runAll();

        assertThat(client.take()).containsExactly("1-0");
    }

    @Test
    void whoCannotComeForAFailureOfOurOwnLeavesNothingBehind() {
        JobEventStreams streams = new JobEventStreams(
                source,
                new Everybody(),
                StreamMetrics.NONE,
                StreamSettings.DEFAULT.withOpenWait(Duration.ZERO).withFeed(feed -> feed.withLinger(Duration.ZERO)),
                workers,
                new FailingOnce());

        assertThatIllegalStateException().isThrownBy(() -> open(streams, StreamStart.beginning()));

        assertThat(streams.openStreams()).isZero();
        assertThat(streams.followedJobs()).isZero();
        assertThat(source.channel).isNull();
    }

    // ---- going ----

    @Test
    void aNodeHasStoppedWhenItsLastStreamHasEnded() {
        JobEventStreams streams = streams(Duration.ZERO);
        open(streams, StreamStart.beginning()).close();
        open(streams, StreamStart.beginning()).start(new RecordingConnection());
        open(streams, StreamStart.beginning()).start(new RecordingConnection());

        CompletableFuture<Void> stopped = streams.shutDown();

        assertThat(stopped).isNotDone();
        workers.runAll();
        assertThat(stopped).isCompleted();
    }

    @Test
    void aNodeWithoutStreamsHasStoppedAtOnce() {
        assertThat(streams(Duration.ZERO).shutDown()).isCompleted();
    }

    @Test
    void aNodeThatGoesOnStopsAnew() {
        JobEventStreams streams = streams(Duration.ZERO);
        streams.shutDown();
        streams.resume();
        open(streams, StreamStart.beginning()).close();
        open(streams, StreamStart.beginning()).start(new RecordingConnection());

        CompletableFuture<Void> stopped = streams.shutDown();

        assertThat(stopped).isNotDone();
        workers.runAll();
        assertThat(stopped).isCompleted();
    }

    private JobEventStreams streams(Duration openWait) {
        StreamSettings settings = StreamSettings.DEFAULT.withOpenWait(openWait);
        return new JobEventStreams(source, new Everybody(), StreamMetrics.NONE, settings, workers, clock);
    }

    private static EventStream open(JobEventStreams streams, StreamStart start) {
        return streams.open(new StreamRequest(JOB, start, null));
    }

    /** A clock that cannot be read the first time. */
    private static final class FailingOnce implements StreamClock {

        private final ManualClock clock = new ManualClock();
        private boolean failed;

        @Override
        public long nanos() {
            if (!failed) {
                failed = true;
                throw new IllegalStateException("on purpose");
            }
            return clock.nanos();
        }

        @Override
        public Instant now() {
            return clock.now();
        }
    }
}
