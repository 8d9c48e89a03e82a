package dev.jobstream.adapters.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One kind's turn to be logged, which comes once in a while: what goes wrong often must not fill the log. */
final class LogTurn {

    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final AtomicLong last = new AtomicLong(System.nanoTime() - EVERY_NANOS);
    private final AtomicInteger happened = new AtomicInteger();

    /** Counts one; how many are to be logged now, 0 if it is not the time for it. */
    int take() {
        happened.incrementAndGet();
        long now = System.nanoTime();
        long before = last.get();
        return now - before >= EVERY_NANOS && last.compareAndSet(before, now) ? happened.getAndSet(0) : 0;
    }
}
