package dev.jobstream.application;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that drain. A drain blocks while its client does not read, and must not keep others waiting: so there is a
 * virtual thread for each from JDK 24 on, where a blocked one costs no carrier even inside a monitor. Before that, a few
 * threads do the work, and more come, up to a cap, whenever tasks wait and none has been begun for a moment.
 */
public final class StreamWorkers implements Executor, AutoCloseable {

    private static final int FIRST_JDK_WITHOUT_PINNING = 24;
    private static final long WATCH_MILLIS = 20;
    private static final int CALM_WATCHES = 500;

    private final ExecutorService threads;
    private final Runnable onClose;

    private StreamWorkers(ExecutorService threads, Runnable onClose) {
        this.threads = threads;
        this.onClose = onClose;
    }

    /**
     * The workers that suit this JDK.
     *
     * @param maxThreads the most platform threads, where virtual ones do not do; at least 1
     */
    public static StreamWorkers create(int maxThreads) {
        if (Runtime.version().feature() >= FIRST_JDK_WITHOUT_PINNING) {
            ExecutorService virtual = virtualThreads();
            return new StreamWorkers(virtual, () -> {});
        }
        return elastic(maxThreads);
    }

    /** A few platform threads, and more when those are stuck. */
    static StreamWorkers elastic(int maxThreads) {
        int few = Math.min(maxThreads, Math.max(4, Runtime.getRuntime().availableProcessors() * 2));
        Pool pool = new Pool(few, maxThreads);
        ScheduledExecutorService watch =
                Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "jobstream-worker-watch"));
        ScheduledFuture<?> unused =
                watch.scheduleWithFixedDelay(pool::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        return new StreamWorkers(pool, watch::shutdownNow);
    }

    /** {@code Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(…).factory())}, which JDK 17 does not have. */
    private static ExecutorService virtualThreads() {
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Object ofVirtual = Thread.class.getMethod("ofVirtual").invoke(null);
            Object named = builder.getMethod("name", String.class).invoke(ofVirtual, "jobstream-worker");
            ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(named);
            return (ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory);
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException("this JDK has no virtual threads", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("virtual threads cannot be had", e.getCause());
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        // Not that of the web application whose request happened to need one more thread.
        thread.setContextClassLoader(StreamWorkers.class.getClassLoader());
        return thread;
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** Takes no more tasks. Those under way end when their clients let them. */
    @Override
    public void close() {
        threads.shutdown();
        onClose.run();
    }

    private static final class Pool extends ThreadPoolExecutor {

        private final int few;
        private final int most;
        private final AtomicInteger begun = new AtomicInteger();
        private int begunAtLastWatch;
        private int calm;

        Pool(int few, int most) {
            super(few, Math.max(few, most), 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory());
            this.few = few;
            this.most = Math.max(few, most);
            allowCoreThreadTimeOut(true);
        }

        private static ThreadFactory factory() {
            AtomicInteger count = new AtomicInteger();
            return task -> daemon(task, "jobstream-worker-" + count.incrementAndGet());
        }

        @Override
        protected void beforeExecute(Thread thread, Runnable task) {
            begun.incrementAndGet();
        }

        /** More threads when tasks wait and none has begun since the last look; back to a few after a calm time. */
        void watch() {
            int now = begun.get();
            boolean stuck = now == begunAtLastWatch && !getQueue().isEmpty();
            begunAtLastWatch = now;
            if (stuck) {
                calm = 0;
                setCorePoolSize(Math.min(most, getCorePoolSize() + few));
            } else if (getActiveCount() >= few) {
                calm = 0;
            } else if (++calm == CALM_WATCHES) {
                setCorePoolSize(few);
            }
        }
    }
}
