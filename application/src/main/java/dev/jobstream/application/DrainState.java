package dev.jobstream.application;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether a drain of a session is due or under way.
 *
 * <p><b>One drain at a time, and no request is lost.</b> A request moves IDLE to QUEUED, and its caller sees to a drain; or it
 * moves RUNNING to AGAIN, so that the drain looks once more before it rests. In QUEUED and AGAIN there is nothing to do. A
 * drain rests only by moving RUNNING to IDLE, which fails if a request came after it had looked.
 *
 * <p>Safe for use by many threads. Only the drain itself calls {@link #run}, {@link #handOver}, {@link #rest} and {@link
 * #end}.
 */
final class DrainState {

    private static final int WAITING = 0; // for the connection
    private static final int IDLE = 1;
    private static final int QUEUED = 2;
    private static final int RUNNING = 3;
    private static final int AGAIN = 4;
    private static final int DONE = 5;

    private final AtomicInteger state = new AtomicInteger(WAITING);

    /** Whether the connection has not come yet. */
    boolean isWaiting() {
        return state.get() == WAITING;
    }

    boolean isIdle() {
        return state.get() == IDLE;
    }

    /** The connection has come: whether the caller has to drain; otherwise the session has ended before. */
    boolean start() {
        return state.compareAndSet(WAITING, QUEUED);
    }

    /** The session ends: whether it does so without a drain, since the connection has not come. */
    boolean endBeforeStart() {
        return state.compareAndSet(WAITING, DONE);
    }

    /** Asks for a drain: whether the caller has to see to it. */
    boolean request() {
        while (true) {
            switch (state.get()) {
                case IDLE -> {
                    if (state.compareAndSet(IDLE, QUEUED)) {
                        return true;
                    }
                }
                case RUNNING -> {
                    if (state.compareAndSet(RUNNING, AGAIN)) {
                        return false;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    /** A drain begins. */
    void run() {
        state.set(RUNNING);
    }

    /** Another thread is going to continue this drain. */
    void handOver() {
        state.set(QUEUED);
    }

    /** The drain has found nothing more to do: whether it may rest; otherwise it has to look again. */
    boolean rest() {
        if (state.compareAndSet(RUNNING, IDLE)) {
            return true;
        }
        state.set(RUNNING);
        return false;
    }

    /** The session has ended: whether it had not before. */
    boolean end() {
        return state.getAndSet(DONE) != DONE;
    }
}
