package dev.jobstream.benchmarks.peers;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Runs tasks one after the other in the order they came, on an executor's threads. */
final class InOrder {

    private static final int MOST = 10_000;

    private final Executor executor;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    InOrder(Executor executor) {
        this.executor = executor;
    }

    /** Returns at once; false if too many tasks wait already. */
    boolean execute(Runnable task) {
        synchronized (tasks) {
            if (tasks.size() >= MOST) {
                return false;
            }
            tasks.add(task);
            if (running) {
                return true;
            }
            running = true;
        }
        executor.execute(this::runAll);
        return true;
    }

    private void runAll() {
        Runnable task;
        while ((task = next()) != null) {
            task.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (tasks) {
            Runnable task = tasks.poll();
            running = task != null;
            return task;
        }
    }
}
