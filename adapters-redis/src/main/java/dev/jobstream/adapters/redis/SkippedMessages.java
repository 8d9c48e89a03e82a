package dev.jobstream.adapters.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and, once in a while, logs what was skipped: a publisher that sends garbage sends a lot of it, and must not fill
 * the log with it.
 */
final class SkippedMessages {

    private static final Logger log = LoggerFactory.getLogger(SkippedMessages.class);
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final WireProblems problems;
    private final AtomicLong lastLogged = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);
    private final AtomicInteger unlogged = new AtomicInteger();

    SkippedMessages(WireProblems problems) {
        this.problems = problems;
    }

    void skipped(WireProblems.Where where, String name, String why) {
        problems.skipped(where);
        unlogged.incrementAndGet();
        if (mayLog()) {
            log.warn(
                    "{} skipped since the last such line, for example in the {} {}: {}",
                    unlogged.getAndSet(0),
                    where == WireProblems.Where.WIRE ? "channel" : "journal",
                    name,
                    why);
        }
    }

    /** A listener is ours; that it throws is a defect, but not one that the other listeners should pay for. */
    void listenerFailed(Throwable failure) {
        if (mayLog()) {
            log.error("A listener failed on the wire", failure);
        }
    }

    private boolean mayLog() {
        long now = System.nanoTime();
        long last = lastLogged.get();
        return now - last >= LOG_EVERY_NANOS && lastLogged.compareAndSet(last, now);
    }
}
