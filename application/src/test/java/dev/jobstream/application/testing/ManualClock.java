package dev.jobstream.application.testing;

import dev.jobstream.application.feed.StreamClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands until it is moved. Its nanoseconds begin just below their overflow, as a real one's may. */
public final class ManualClock implements StreamClock, InstantSource {

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

    @Override
    public Instant instant() {
        return now();
    }

    private final List<Delayed> delayed = new ArrayList<>();

    private record Delayed(long due, Executor executor, Runnable task) {}

    @Override
    public synchronized void after(long nanos, Executor executor, Runnable task) {
        delayed.add(new Delayed(passed.get() + nanos, executor, task));
    }

    /** Moves on, and hands over what is due by then: without a lock, since it may be run at once. */
    public void advance(Duration duration) {
        List<Delayed> due;
        synchronized (this) {
            long now = passed.addAndGet(duration.toNanos());
            due = delayed.stream().filter(task -> task.due <= now).toList();
            delayed.removeAll(due);
        }
        due.forEach(task -> task.executor.execute(task.task));
    }
}
