package dev.jobstream.application;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
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
        Duration interval = heartbeat.dividedBy(TICKS_A_BEAT);
        interval = interval.compareTo(SHORTEST) < 0 ? SHORTEST : interval;
        interval = interval.compareTo(LONGEST) > 0 ? LONGEST : interval;
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread ticker = new Thread(task, "jobstream-ticker");
            ticker.setDaemon(true);
            return ticker;
        });
        thread.scheduleWithFixedDelay(
                () -> tick(streams), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
        return new StreamTicker(thread);
    }

    /** One tick that fails must not be the last. */
    private static void tick(JobEventStreams streams) {
        try {
            streams.tick();
        } catch (RuntimeException e) {
            Thread ticker = Thread.currentThread();
            ticker.getUncaughtExceptionHandler().uncaughtException(ticker, e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
