package dev.jobstream.application;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few platform threads that take tasks in their order. No task waits for a client, so a few are enough; they end when there
 * has been nothing to do for a while.
 */
public final class StreamWorkers implements Executor, AutoCloseable {

    private static final long IDLE_SECONDS = 10;

    private final ExecutorService threads;

    private StreamWorkers(String name, int count) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(name));
        pool.allowCoreThreadTimeOut(true);
        threads = pool;
    }

    /** Threads that write to many clients: as many as there are processors, but two at least. */
    public static StreamWorkers writing() {
        return new StreamWorkers(
                "jobstream-worker-", Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Threads that read journals, which blocks them for as long as the transport takes to answer.
     *
     * @param count how many, and so the most reads at a time; at least 1
     */
    public static StreamWorkers reading(int count) {
        return new StreamWorkers("jobstream-reader-", count);
    }

    /**
     * Threads that ask whether open streams are still permitted, which blocks them for as long as the rule takes.
     *
     * @param count how many, and so the most questions at a time; at least 1
     */
    public static StreamWorkers asking(int count) {
        return new StreamWorkers("jobstream-access-", count);
    }

    /** A thread that publishes again what the transport could not take. */
    public static StreamWorkers retrying() {
        return new StreamWorkers("jobstream-retry-", 1);
    }

    private static ThreadFactory factory(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + count.incrementAndGet());
            thread.setDaemon(true);
            // Not that of the web application whose request happened to need one more thread.
            thread.setContextClassLoader(StreamWorkers.class.getClassLoader());
            return thread;
        };
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** Takes no more tasks. Those it has taken are still run. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
