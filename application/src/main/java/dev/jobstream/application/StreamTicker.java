package dev.jobstream.application;

import dev.jobstream.application.feed.Failures;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The one thread that looks at the clock for all streams. It marks and wakes; it never writes. */
public final class StreamTicker implements AutoCloseable {

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofMillis(250);
    private static final int TICKS_A_BEAT = 20;

    private final ScheduledExecutorService thread;

    private StreamTicker(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /** Begins to tick, twenty times a heartbeat, but at least every 250 ms and at most every 10 ms. */
    public static StreamTicker start(JobEventStreams streams, Duration heartbeat) {
        return start(streams::tick, heartbeat);
    }

    /** The same, and looks for new revocations, and after publishers' streams. */
    public static StreamTicker start(
            JobEventStreams streams, PublicationStreams publications, Revocations revocations, Duration heartbeat) {
        return start(
                () -> {
                    Failures failures = new Failures();
                    failures.attempt(() -> revocations.tick(System.nanoTime()));
                    failures.attempt(streams::tick);
                    failures.attempt(publications::tick);
                    failures.rethrow();
                },
                heartbeat);
    }

    private static StreamTicker start(Runnable ticks, Duration heartbeat) {
        Duration interval = heartbeat.dividedBy(TICKS_A_BEAT);
        interval = interval.compareTo(SHORTEST) < 0 ? SHORTEST : interval;
        interval = interval.compareTo(LONGEST) > 0 ? LONGEST : interval;
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread ticker = new Thread(task, "jobstream-ticker");
            ticker.setDaemon(true);
            return ticker;
        });
        ScheduledFuture<?> unused = thread.scheduleWithFixedDelay(
                () -> tick(ticks), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
        return new StreamTicker(thread);
    }

    /** What fails once is reported; the executor would otherwise never tick again, without a word. */
    private static void tick(Runnable ticks) {
        try {
            ticks.run();
        } catch (RuntimeException | Error e) {
            Failures.report(e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
