package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One of many fails: the others do not pay for it, whichever it is, and the failure is told once. */
class OneFailsTest {

    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();

    // ---- the streams ----

    @Test
    void eachStreamIsTickedWhateverTheOthersDo() {
        Refusing executor = new Refusing();
        JobEventStreams streams = streams(new ScriptedSource(), executor);
        List<RecordingConnection> clients = watchers(streams, 5);
        executor.refused = Set.of(2, 4);
        clock.advance(Duration.ofSeconds(15));

        Throwable failure = catchThrowable(streams::tick);
        workers.runAll();

        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("on purpose");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(clients.stream().filter(client -> client.got.contains("heartbeat")))
                .hasSize(3);
    }

    @Test
    void thousandsThatFailAreToldWithAFew() {
        Refusing executor = new Refusing();
        JobEventStreams streams = streams(new ScriptedSource(), executor);
        watchers(streams, 1_000);
        executor.all = true;
        clock.advance(Duration.ofSeconds(15));

        assertThat(catchThrowable(streams::tick).getSuppressed()).hasSizeLessThan(20);
    }

    @Test
    void theFeedsAreTickedWhenAStreamFails() {
        Refusing executor = new Refusing();
        JobEventStreams streams = streams(new ScriptedSource(), executor);
        watchers(streams, 1);
        streams.open(request(2)).close();
        executor.all = true;
        clock.advance(Duration.ofSeconds(15));

        assertThatIllegalStateException().isThrownBy(streams::tick);

        assertThat(streams.followedJobs()).isEqualTo(1);
    }

    @Test
    void everyStreamEndsWhenTheNodeStopsAndTheFailureIsReported() {
        Refusing executor = new Refusing();
        JobEventStreams streams = streams(new ScriptedSource(), executor);
        List<RecordingConnection> clients = watchers(streams, 3);
        executor.refused = Set.of(1);
        List<Throwable> reported = new ArrayList<>();

        CompletableFuture<Void> drained = reporting(reported, streams::shutDown);
        workers.runAll();

        assertThat(drained).isNotDone();
        assertThat(reported)
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("on purpose"));
        assertThat(clients.stream().filter(client -> client.got.contains("SHUTDOWN")))
                .hasSize(2);
    }

    @Test
    void everyRevokedStreamEndsWhenOneFails() {
        Refusing executor = new Refusing();
        JobEventStreams streams = streams(new ScriptedSource(), executor);
        List<RecordingConnection> clients = watchers(streams, 3);
        executor.refused = Set.of(1);

        assertThatIllegalStateException().isThrownBy(() -> streams.revoke(request -> true));
        workers.runAll();

        assertThat(clients.stream().filter(client -> client.got.contains("REVOKED")))
                .hasSize(2);
    }

    @Test
    void everyStreamIsAskedAboutWhenTheHostsRuleFailsForOne() {
        JobEventStreams streams = streams(new ScriptedSource(), workers);
        List<RecordingConnection> clients = watchers(streams, 3);

        assertThatIllegalStateException()
                .isThrownBy(() -> streams.revoke(request -> {
                    if (request.job().value().equals("job-1")) {
                        throw new IllegalStateException("on purpose");
                    }
                    return true;
                }));
        workers.runAll();

        assertThat(clients.get(0).got).doesNotContain("REVOKED");
        assertThat(clients.get(1).got).contains("REVOKED");
        assertThat(clients.get(2).got).contains("REVOKED");
    }

    // ---- the feeds ----

    @Test
    void everyFeedThatHasLingeredIsLetGoWhenOneCannotBeClosed() {
        Set<String> failing = Set.of("job-1", "job-3");
        JobEventStreams streams = streams(
                new ScriptedSource() {
                    @Override
                    public Subscription listen(JobId job, EventListener listener) {
                        return () -> {
                            if (failing.contains(job.value())) {
                                throw new IllegalStateException("on purpose");
                            }
                        };
                    }
                },
                workers);
        for (int n = 1; n <= 4; n++) {
            streams.open(request(n)).close();
        }
        clock.advance(Duration.ofMinutes(1));

        Throwable failure = catchThrowable(streams::tick);

        assertThat(failure).hasMessage("on purpose");
        assertThat(streams.followedJobs()).isZero();
    }

    @Test
    void everyFeedIsSweptWhenTheJournalOfOneCannotBeUnderstood() {
        Set<JobId> read = new HashSet<>();
        JobEventStreams streams = streams(
                new ScriptedSource() {
                    @Override
                    public JournalPage readLast(JobId job, int limit) {
                        if (read.add(job) && read.size() == 1) {
                            throw new IllegalStateException("on purpose");
                        }
                        return super.readLast(job, limit);
                    }
                },
                workers);
        watchers(streams, 4);
        clock.advance(SWEEP);
        streams.tick();

        assertThatIllegalStateException().isThrownBy(workers::runAll).withMessage("on purpose");

        assertThat(read).hasSize(4);
    }

    @Test
    void anErrorIsNoReasonToLeaveTheOthersOutEither() {
        Refusing executor = new Refusing();
        JobEventStreams streams = streams(new ScriptedSource(), executor);
        List<RecordingConnection> clients = watchers(streams, 3);
        executor.refused = Set.of(1);
        executor.failure = new AssertionError("on purpose");
        clock.advance(Duration.ofSeconds(15));

        assertThat(catchThrowable(streams::tick)).isSameAs(executor.failure);
        workers.runAll();

        assertThat(clients.stream().filter(client -> client.got.contains("heartbeat")))
                .hasSize(2);
    }

    @Test
    void theSameFailureFromTwoIsToldOnce() {
        Refusing executor = new Refusing();
        JobEventStreams streams = streams(new ScriptedSource(), executor);
        watchers(streams, 3);
        executor.all = true;
        executor.failure = new AssertionError("on purpose");
        clock.advance(Duration.ofSeconds(15));

        assertThat(catchThrowable(streams::tick)).isSameAs(executor.failure).hasNoSuppressedExceptions();
    }

    @Test
    void aSweepThatNoWorkerTookIsNotTheLast() {
        Refusing executor = new Refusing();
        ScriptedSource source = new ScriptedSource();
        JobEventStreams streams = streams(source, executor);
        watchers(streams, 1);
        executor.all = true;
        clock.advance(SWEEP);
        assertThatIllegalStateException().isThrownBy(streams::tick);

        executor.all = false;
        clock.advance(SWEEP);
        streams.tick();
        workers.runAll();

        assertThat(source.reads).isPositive();
    }

    private JobEventStreams streams(ScriptedSource source, Executor executor) {
        StreamSettings settings = StreamSettings.DEFAULT
                .withOpenWait(Duration.ZERO)
                .withFeed(feed -> feed.withLinger(Duration.ofSeconds(1)))
                .withFeed(feed -> feed.withSweep(SWEEP));
        return new JobEventStreams(source, new Everybody(), StreamMetrics.NONE, settings, executor, clock);
    }

    /** One watcher for each of so many jobs. */
    private List<RecordingConnection> watchers(JobEventStreams streams, int number) {
        List<RecordingConnection> clients = new ArrayList<>();
        for (int n = 1; n <= number; n++) {
            RecordingConnection client = new RecordingConnection();
            streams.open(request(n)).start(client);
            clients.add(client);
        }
        workers.runAll();
        return clients;
    }

    private static StreamRequest request(int n) {
        return new StreamRequest(new JobId("job-" + n), StreamStart.beginning(), null);
    }

    private static <T> T reporting(List<Throwable> reported, Supplier<T> action) {
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((of, failure) -> reported.add(failure));
        try {
            return action.get();
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
    }

    /** Hands tasks on, but for some, counted from one since they were named. */
    private final class Refusing implements Executor {

        Set<Integer> refused = Set.of();
        boolean all;

        @Nullable
        Error failure;

        private int tasks;

        @Override
        public void execute(Runnable task) {
            if (all || (!refused.isEmpty() && refused.contains(++tasks))) {
                if (failure != null) {
                    throw failure;
                }
                throw new IllegalStateException("on purpose");
            }
            workers.execute(task);
        }
    }
}
