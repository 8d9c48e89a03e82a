package dev.jobstream.benchmarks;

/** How a reader that begins behind its job catches up: its latency falls below a bound, and stays there for a second. */
final class CatchUp {

    private static final long STAYS_NANOS = 1_000_000_000L;

    private final long bound;
    private long bytes;
    private long bytesBefore;
    private long since;
    private boolean below;
    private boolean done;

    /** @param bound the latency in nanoseconds; 0 for never */
    CatchUp(long bound) {
        this.bound = bound;
    }

    /** So many bytes have come, of which the events are told next. */
    void read(int size) {
        if (!below) {
            bytesBefore = bytes + size;
        }
        bytes += size;
    }

    void event(long now, long latency) {
        if (done) {
            return;
        }
        if (latency >= bound) {
            below = false;
            bytesBefore = bytes;
        } else if (!below) {
            below = true;
            since = now;
        } else {
            done = now - since >= STAYS_NANOS;
        }
    }

    boolean isDone() {
        return done;
    }

    /** When the second began, as {@link System#nanoTime} has it; {@code now} as long as it is not done. */
    long since(long now) {
        return done ? since : now;
    }

    /** What had come by then. */
    long bytesBefore() {
        return done ? bytesBefore : bytes;
    }
}
