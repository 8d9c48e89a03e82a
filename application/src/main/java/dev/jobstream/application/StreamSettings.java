package dev.jobstream.application;

import java.time.Duration;

/**
 * What an operator may turn.
 *
 * @param heartbeat a connection that was idle for this long gets a sign of life; positive
 * @param maxLifetime a stream is ended after this long; zero turns it off
 * @param linger how long a job is followed after its last watcher has left; zero for not at all
 * @param sweep how long a job's wire may be silent before its journal is read all the same, in case the wire is dead and
 *     does not say so; zero turns it off
 * @param stallLimit a client that takes no byte of what is there for it for this long is ended; positive
 * @param maxStreams the most streams open on this node; at least 1
 * @param openWait how long a new stream may wait for the first word from the transport before it is opened all the same;
 *     zero for not at all
 * @param windowEvents the most recent events of a job that are kept in memory for its watchers; at least 1
 * @param windowBytes the most bytes of data they may have; at least 1
 * @param batchEvents the most events written to a client in one go; at least 1
 * @param batchBytes the bytes of data after which a batch is full; at least 1
 */
public record StreamSettings(
        Duration heartbeat,
        Duration maxLifetime,
        Duration linger,
        Duration sweep,
        Duration stallLimit,
        int maxStreams,
        Duration openWait,
        int windowEvents,
        int windowBytes,
        int batchEvents,
        int batchBytes) {

    /** The defaults. */
    public static final StreamSettings DEFAULT = new StreamSettings(
            Duration.ofSeconds(15),
            Duration.ZERO,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            20_000,
            Duration.ofSeconds(1),
            1024,
            1024 * 1024,
            512,
            64 * 1024);

    /** @throws IllegalArgumentException if a value is out of its range */
    public StreamSettings {
        positive("heartbeat", heartbeat);
        positive("stallLimit", stallLimit);
        notNegative("maxLifetime", maxLifetime);
        notNegative("linger", linger);
        notNegative("sweep", sweep);
        notNegative("openWait", openWait);
        positive("maxStreams", maxStreams);
        positive("windowEvents", windowEvents);
        positive("windowBytes", windowBytes);
        positive("batchEvents", batchEvents);
        positive("batchBytes", batchBytes);
    }

    public StreamSettings withHeartbeat(Duration value) {
        return new StreamSettings(
                value,
                maxLifetime,
                linger,
                sweep,
                stallLimit,
                maxStreams,
                openWait,
                windowEvents,
                windowBytes,
                batchEvents,
                batchBytes);
    }

    public StreamSettings withMaxLifetime(Duration value) {
        return new StreamSettings(
                heartbeat,
                value,
                linger,
                sweep,
                stallLimit,
                maxStreams,
                openWait,
                windowEvents,
                windowBytes,
                batchEvents,
                batchBytes);
    }

    public StreamSettings withLinger(Duration value) {
        return new StreamSettings(
                heartbeat,
                maxLifetime,
                value,
                sweep,
                stallLimit,
                maxStreams,
                openWait,
                windowEvents,
                windowBytes,
                batchEvents,
                batchBytes);
    }

    public StreamSettings withSweep(Duration value) {
        return new StreamSettings(
                heartbeat,
                maxLifetime,
                linger,
                value,
                stallLimit,
                maxStreams,
                openWait,
                windowEvents,
                windowBytes,
                batchEvents,
                batchBytes);
    }

    public StreamSettings withStallLimit(Duration value) {
        return new StreamSettings(
                heartbeat,
                maxLifetime,
                linger,
                sweep,
                value,
                maxStreams,
                openWait,
                windowEvents,
                windowBytes,
                batchEvents,
                batchBytes);
    }

    public StreamSettings withMaxStreams(int value) {
        return new StreamSettings(
                heartbeat,
                maxLifetime,
                linger,
                sweep,
                stallLimit,
                value,
                openWait,
                windowEvents,
                windowBytes,
                batchEvents,
                batchBytes);
    }

    public StreamSettings withOpenWait(Duration value) {
        return new StreamSettings(
                heartbeat,
                maxLifetime,
                linger,
                sweep,
                stallLimit,
                maxStreams,
                value,
                windowEvents,
                windowBytes,
                batchEvents,
                batchBytes);
    }

    public StreamSettings withWindow(int events, int bytes) {
        return new StreamSettings(
                heartbeat,
                maxLifetime,
                linger,
                sweep,
                stallLimit,
                maxStreams,
                openWait,
                events,
                bytes,
                batchEvents,
                batchBytes);
    }

    public StreamSettings withBatch(int events, int bytes) {
        return new StreamSettings(
                heartbeat,
                maxLifetime,
                linger,
                sweep,
                stallLimit,
                maxStreams,
                openWait,
                windowEvents,
                windowBytes,
                events,
                bytes);
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, is " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, is " + value);
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, is " + value);
        }
    }
}
