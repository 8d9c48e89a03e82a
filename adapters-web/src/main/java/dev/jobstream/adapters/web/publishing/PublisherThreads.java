package dev.jobstream.adapters.web.publishing;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few platform threads that read what publishers' streams bring, and append it, which blocks them for as long as the transport
 * takes. While all of them are busy, what comes is gathered, and the next append is larger. Safe for use by many threads.
 */
public final class PublisherThreads implements AutoCloseable {

    private static final long IDLE_SECONDS = 10;

    private final ScheduledThreadPoolExecutor threads;

    /** @param count how many, and so the most appends at a time; at least 1 */
    public PublisherThreads(int count) {
        AtomicInteger number = new AtomicInteger();
        threads = new ScheduledThreadPoolExecutor(count, task -> {
            Thread thread = new Thread(task, "jobstream-publisher-" + number.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(PublisherThreads.class.getClassLoader());
            return thread;
        });
        threads.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        threads.allowCoreThreadTimeOut(true);
    }

    /** Runs it after a delay; never, once these threads are closed. */
    void schedule(Runnable task, Duration delay) {
        try {
            ScheduledFuture<?> unused = threads.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The application has ended, and its requests with it.
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
