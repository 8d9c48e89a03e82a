package dev.jobstream.domain;

import java.time.Duration;

/**
 * What a journal retains of one job, and the largest event it takes. Every transport keeps to the same limits.
 *
 * @param maxEvents the newest events that are kept, at least 1; a transport may keep somewhat more, never fewer
 * @param ttl how long a job is kept after its last event, positive
 * @param maxEventBytes the largest {@code data} of an event, in bytes, at least 2
 */
public record JournalLimits(int maxEvents, Duration ttl, int maxEventBytes) {

    /** 10,000 events and 24 hours a job, 256 KiB an event. */
    public static final JournalLimits DEFAULT = new JournalLimits(10_000, Duration.ofHours(24), 256 * 1024);

    /** @throws IllegalArgumentException if a value is out of its range */
    public JournalLimits {
        if (maxEvents < 1) {
            throw new IllegalArgumentException("maxEvents must be at least 1, is " + maxEvents);
        }
        if (ttl.toMillis() < 1) {
            throw new IllegalArgumentException("ttl must be at least 1 ms, is " + ttl);
        }
        if (maxEventBytes < 2) {
            throw new IllegalArgumentException("maxEventBytes must be at least 2, is " + maxEventBytes);
        }
    }

    /** @throws EventTooLargeException if the data is larger than an event's may be */
    public void check(EventData data) {
        if (data.size() > maxEventBytes) {
            throw new EventTooLargeException(data.size(), maxEventBytes);
        }
    }
}
