package dev.jobstream.domain;

import java.time.Duration;
import java.util.List;

/**
 * What a journal retains of one job, and what it takes. Every transport keeps to the same limits, and so does every road into
 * it.
 *
 * @param maxEvents the newest events that are kept, at least 1; a transport may keep somewhat more, never fewer
 * @param ttl how long a job is kept after its last event, positive
 * @param maxEventBytes the largest {@code data} of an event, in bytes, at least 2
 * @param endTtl how long it is kept that a job has ended, from its end on; no shorter than {@code ttl} in effect
 */
public record JournalLimits(int maxEvents, Duration ttl, int maxEventBytes, Duration endTtl) {

    /** How long an end is kept by default. */
    public static final Duration DEFAULT_END_TTL = Duration.ofDays(7);

    /** 10,000 events and 24 hours a job, 256 KiB an event, and 7 days for an end. */
    public static final JournalLimits DEFAULT = new JournalLimits(10_000, Duration.ofHours(24), 256 * 1024);

    /** With the default for ends. */
    public JournalLimits(int maxEvents, Duration ttl, int maxEventBytes) {
        this(maxEvents, ttl, maxEventBytes, DEFAULT_END_TTL);
    }

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
        if (endTtl.toMillis() < 1) {
            throw new IllegalArgumentException("endTtl must be at least 1 ms, is " + endTtl);
        }
    }

    /** How long an end is kept in effect: at least as long as the journal that it ends. */
    public Duration keepsEnds() {
        return endTtl.compareTo(ttl) < 0 ? ttl : endTtl;
    }

    /**
     * What every {@link EventPublisher} asks of the events that it is given.
     *
     * @throws EventTooLargeException if the data of one is larger than an event's may be
     * @throws InvalidEventException if there is no event, or one follows a terminal event
     */
    public void check(List<NewEvent> events) {
        if (events.isEmpty()) {
            throw new InvalidEventException("there must be at least one event");
        }
        for (NewEvent event : events) {
            check(event.data());
        }
        for (NewEvent event : events.subList(0, events.size() - 1)) {
            if (event.type().isTerminal()) {
                throw new InvalidEventException("event '" + event.type() + "' ends the job and must be the last");
            }
        }
    }

    /** @throws EventTooLargeException if the data is larger than an event's may be */
    public void check(EventData data) {
        if (data.size() > maxEventBytes) {
            throw new EventTooLargeException(data.size(), maxEventBytes);
        }
    }
}
