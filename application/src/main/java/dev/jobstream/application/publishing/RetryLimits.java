package dev.jobstream.application.publishing;

import java.time.Duration;

/**
 * How much waits for a transport that is away, and how often it is tried again.
 *
 * @param maxEvents the most events that wait, at least 1
 * @param maxBytes the most bytes of data that wait, at least 2
 * @param firstDelay time to the first retry, positive; each that publishes nothing doubles it
 * @param maxDelay the longest time between two retries, at least {@code firstDelay}
 */
public record RetryLimits(int maxEvents, long maxBytes, Duration firstDelay, Duration maxDelay) {

    /** 10,000 events, 16 MB, and from 100 ms to 5 s. */
    public static final RetryLimits DEFAULT =
            new RetryLimits(10_000, 16L * 1024 * 1024, Duration.ofMillis(100), Duration.ofSeconds(5));

    /** @throws IllegalArgumentException if a value is out of its range */
    public RetryLimits {
        if (maxEvents < 1) {
            throw new IllegalArgumentException("maxEvents must be at least 1, is " + maxEvents);
        }
        if (maxBytes < 2) {
            throw new IllegalArgumentException("maxBytes must be at least 2, is " + maxBytes);
        }
        if (firstDelay.toMillis() < 1) {
            throw new IllegalArgumentException("firstDelay must be at least 1 ms, is " + firstDelay);
        }
        if (maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException("maxDelay must be at least " + firstDelay + ", is " + maxDelay);
        }
    }
}
