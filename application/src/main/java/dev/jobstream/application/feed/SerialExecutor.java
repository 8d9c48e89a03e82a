package dev.jobstream.application.feed;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one after the other, in their order, on another executor's threads: however many wait, they take one thread.
 * After each task it stands in the line of that executor again, so that several of these share its threads fairly.
 */
final class SerialExecutor implements Executor {

    private final Executor threads;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** The tasks that wait or run. The thread that raises it from 0 has the queue run. */
    private final AtomicInteger pending = new AtomicInteger();

    SerialExecutor(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            threads.execute(this::runNext);
        }
    }

    private void runNext() {
        try {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            }
        } finally {
            if (pending.decrementAndGet() > 0) {
                threads.execute(this::runNext);
            }
        }
    }
}
