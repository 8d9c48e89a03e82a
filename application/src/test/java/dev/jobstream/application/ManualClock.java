package dev.jobstream.application;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands until it is moved. Its nanoseconds begin just below their overflow, as a real one's may. */
final class ManualClock implements StreamClock {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long ORIGIN = Long.MAX_VALUE - 1_000_000;

    private final AtomicLong passed = new AtomicLong();

    @Override
    public long nanos() {
        return ORIGIN + passed.get();
    }

    @Override
    public Instant now() {
        return START.plusNanos(passed.get());
    }

    void advance(Duration duration) {
        passed.addAndGet(duration.toNanos());
    }
}
