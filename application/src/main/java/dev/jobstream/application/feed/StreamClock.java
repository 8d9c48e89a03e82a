package dev.jobstream.application.feed;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** What time it is, twice: a clock that never jumps for intervals, and the wall's for what a token says. */
public interface StreamClock {

    /** Nanoseconds from an arbitrary origin, never backwards; only differences mean anything. */
    long nanos();

    /** The wall clock's time. */
    Instant now();

    /** Hands a task to an executor after so many nanoseconds. Does not block. */
    default void after(long nanos, Executor executor, Runnable task) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, executor).execute(task);
    }

    /** The machine's clocks. */
    static StreamClock system() {
        return new StreamClock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Instant now() {
                return Instant.now();
            }
        };
    }
}
