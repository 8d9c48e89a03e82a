package dev.jobstream.application;

import dev.jobstream.domain.TransportUnavailableException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sweeps the feeds whose turn it is, one after the other on one worker: while the transport hangs, thousands of silent
 * feeds must not take the workers away from those who have something to write. When it cannot be reached the rest of the
 * round is let go, for nothing is known to be missing; each feed has its next turn.
 */
final class Sweeper {

    private final Executor workers;
    private final Queue<JobFeed> due = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean();

    Sweeper(Executor workers) {
        this.workers = workers;
    }

    /** Sweeps this feed when those before it have been. Does not block. */
    void add(JobFeed feed) {
        due.add(feed);
        if (running.compareAndSet(false, true)) {
            workers.execute(this::run);
        }
    }

    private void run() {
        do {
            try {
                for (JobFeed feed = due.poll(); feed != null; feed = due.poll()) {
                    feed.sweep();
                }
            } catch (TransportUnavailableException e) {
                due.clear();
            } finally {
                running.set(false);
            }
        } while (!due.isEmpty() && running.compareAndSet(false, true));
    }
}
