package dev.jobstream.application.feed;

import java.time.Duration;

/**
 * How a job is followed.
 *
 * @param linger how long a job is followed after its last watcher has left; zero for not at all
 * @param sweep how long a job's channel may be silent before its journal is read all the same, in case the subscription is
 *     dead and nobody says so; zero turns it off
 * @param windowEvents the most recent events of a job that are kept in memory for its watchers; at least 1
 * @param windowBytes the most bytes of data they may have; at least 1
 * @param batchEvents the most events written to a client in one go; at least 1
 * @param batchBytes the bytes of data after which a batch is full; at least 1
 */
public record FeedSettings(
        Duration linger, Duration sweep, int windowEvents, int windowBytes, int batchEvents, int batchBytes) {

    /** The defaults. */
    public static final FeedSettings DEFAULT =
            new FeedSettings(Duration.ofSeconds(10), Duration.ofSeconds(10), 1024, 1024 * 1024, 512, 64 * 1024);

    /** @throws IllegalArgumentException if a value is out of its range */
    public FeedSettings {
        notNegative("linger", linger);
        notNegative("sweep", sweep);
        atLeastOne("windowEvents", windowEvents);
        atLeastOne("windowBytes", windowBytes);
        atLeastOne("batchEvents", batchEvents);
        atLeastOne("batchBytes", batchBytes);
    }

    public FeedSettings withLinger(Duration value) {
        return new FeedSettings(value, sweep, windowEvents, windowBytes, batchEvents, batchBytes);
    }

    public FeedSettings withSweep(Duration value) {
        return new FeedSettings(linger, value, windowEvents, windowBytes, batchEvents, batchBytes);
    }

    public FeedSettings withWindow(int events, int bytes) {
        return new FeedSettings(linger, sweep, events, bytes, batchEvents, batchBytes);
    }

    public FeedSettings withBatch(int events, int bytes) {
        return new FeedSettings(linger, sweep, windowEvents, windowBytes, events, bytes);
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, is " + value);
        }
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, is " + value);
        }
    }
}
