package dev.jobstream.application;

import dev.jobstream.application.feed.FeedSettings;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * The settings of streams.
 *
 * @param heartbeat a connection that was idle for this long gets a heartbeat; positive
 * @param maxLifetime a stream is ended after this long; zero turns it off
 * @param stallLimit a client that takes no byte of what is there for it for this long is ended; positive
 * @param maxStreams the most streams open on this node; at least 1
 * @param openWait how long a new stream may wait for the first word from the transport before it is opened all the same;
 *     zero for not at all
 * @param accessInterval time after which it is asked again whether an open stream is permitted; zero for never
 * @param feed how jobs are followed
 */
public record StreamSettings(
        Duration heartbeat,
        Duration maxLifetime,
        Duration stallLimit,
        int maxStreams,
        Duration openWait,
        Duration accessInterval,
        FeedSettings feed) {

    /** The defaults. */
    public static final StreamSettings DEFAULT = new StreamSettings(
            Duration.ofSeconds(15),
            Duration.ZERO,
            Duration.ofSeconds(30),
            20_000,
            Duration.ofSeconds(1),
            Duration.ofSeconds(15),
            FeedSettings.DEFAULT);

    /** @throws IllegalArgumentException if a value is out of its range */
    public StreamSettings {
        positive("heartbeat", heartbeat);
        positive("stallLimit", stallLimit);
        notNegative("maxLifetime", maxLifetime);
        notNegative("openWait", openWait);
        notNegative("accessInterval", accessInterval);
        if (maxStreams < 1) {
            throw new IllegalArgumentException("maxStreams must be at least 1, is " + maxStreams);
        }
    }

    public StreamSettings withHeartbeat(Duration value) {
        return new StreamSettings(value, maxLifetime, stallLimit, maxStreams, openWait, accessInterval, feed);
    }

    public StreamSettings withMaxLifetime(Duration value) {
        return new StreamSettings(heartbeat, value, stallLimit, maxStreams, openWait, accessInterval, feed);
    }

    public StreamSettings withStallLimit(Duration value) {
        return new StreamSettings(heartbeat, maxLifetime, value, maxStreams, openWait, accessInterval, feed);
    }

    public StreamSettings withMaxStreams(int value) {
        return new StreamSettings(heartbeat, maxLifetime, stallLimit, value, openWait, accessInterval, feed);
    }

    public StreamSettings withOpenWait(Duration value) {
        return new StreamSettings(heartbeat, maxLifetime, stallLimit, maxStreams, value, accessInterval, feed);
    }

    public StreamSettings withAccessInterval(Duration value) {
        return new StreamSettings(heartbeat, maxLifetime, stallLimit, maxStreams, openWait, value, feed);
    }

    /** The same with changed {@link FeedSettings}. */
    public StreamSettings withFeed(UnaryOperator<FeedSettings> change) {
        return new StreamSettings(
                heartbeat, maxLifetime, stallLimit, maxStreams, openWait, accessInterval, change.apply(feed));
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
}
