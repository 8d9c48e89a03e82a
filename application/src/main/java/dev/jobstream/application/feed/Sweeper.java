package dev.jobstream.application.feed;

import dev.jobstream.domain.TransportUnavailableException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sweeps the feeds whose turn it is, one after the other on one worker: while the transport hangs, thousands of silent
 * feeds must not take the workers away from those who have something to write. When it cannot be reached for several
 * in a row, the rest of the round is let go, for nothing is known to be missing; each feed has its next turn. A single feed
 * whose sweep fails, in whatever way, keeps nobody else from theirs.
 */
final class Sweeper {

    /** One job may be out of reach where others are not: its key may be of another type, or its slot without a primary. */
    private static final int MOST_IN_VAIN = 3;

    private final Executor workers;
    private final Queue<JobFeed> due = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean();
    /** Sweeps in a row that failed. The running worker's own. */
    private int inVain;

    Sweeper(Executor workers) {
        this.workers = workers;
    }

    /** Sweeps this feed when those before it have been. Does not block. */
    void add(JobFeed feed) {
        due.add(feed);
        if (running.compareAndSet(false, true)) {
            try {
                workers.execute(this::run);
            } catch (RuntimeException | Error e) {
                running.set(false);
                throw e;
            }
        }
    }

    private void run() {
        Failures failures = new Failures();
        do {
            for (JobFeed feed = due.poll(); feed != null; feed = due.poll()) {
                JobFeed next = feed;
                failures.attempt(() -> sweep(next));
            }
            running.set(false);
        } while (!due.isEmpty() && running.compareAndSet(false, true));
        failures.rethrow();
    }

    private void sweep(JobFeed feed) {
        try {
            feed.sweep();
            inVain = 0;
        } catch (TransportUnavailableException e) {
            if (++inVain >= MOST_IN_VAIN) {
                inVain = 0;
                due.clear();
            }
        }
    }
}
