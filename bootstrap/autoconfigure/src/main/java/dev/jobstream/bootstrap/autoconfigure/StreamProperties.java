package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.StreamSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The settings of streams, directly under {@code jobstream}.
 *
 * @param heartbeat Idle time after which a connection gets a heartbeat.
 * @param stallLimit Time after which a client that takes no byte is ended.
 * @param drain Time within which a stopping node ends its streams.
 * @param linger Time for which a job is followed after its last watcher has left.
 * @param sweep Time for which a job's channel may be silent before its journal is read all the same; 0 for never.
 * @param maxLifetime Time after which a stream is ended; 0 for never.
 * @param maxStreams The most streams open on this node.
 */
@ConfigurationProperties("jobstream")
public record StreamProperties(
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("30s") Duration stallLimit,
        @DefaultValue("10s") Duration drain,
        @DefaultValue("10s") Duration linger,
        @DefaultValue("10s") Duration sweep,
        @DefaultValue("0s") Duration maxLifetime,
        @DefaultValue("20000") int maxStreams) {

    /** @throws IllegalArgumentException if a setting is out of its range */
    public StreamProperties {
        if (drain.isNegative()) {
            throw new IllegalArgumentException("jobstream.drain must not be negative, is " + drain);
        }
    }

    /** @throws InvalidConfigurationPropertyValueException if a setting is out of its range */
    StreamSettings settings(TokenProperties token) {
        StreamSettings settings = StreamSettings.DEFAULT.withAccessInterval(token.checkInterval());
        settings = Setting.take("heartbeat", heartbeat, settings::withHeartbeat);
        settings = Setting.take("stall-limit", stallLimit, settings::withStallLimit);
        settings = Setting.take("max-lifetime", maxLifetime, settings::withMaxLifetime);
        settings = Setting.take("max-streams", maxStreams, settings::withMaxStreams);
        settings = settings.withFeed(feed -> Setting.take("linger", linger, feed::withLinger));
        return settings.withFeed(feed -> Setting.take("sweep", sweep, feed::withSweep));
    }
}
