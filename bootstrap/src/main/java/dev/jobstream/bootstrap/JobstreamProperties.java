package dev.jobstream.bootstrap;

import dev.jobstream.application.StreamSettings;
import dev.jobstream.domain.JournalLimits;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * The settings under {@code jobstream.*}.
 *
 * @param transport What carries events: Valkey, or the memory of this process (the standalone server's default).
 * @param heartbeat Idle time after which a connection gets a sign of life.
 * @param stallLimit Time after which a client that takes no byte is ended.
 * @param drain Time within which a stopping node ends its streams.
 * @param linger Time for which a job is followed after its last watcher has left.
 * @param sweep Time for which a job's wire may be silent before its journal is read all the same; 0 for never.
 * @param maxLifetime Time after which a stream is ended; 0 for never.
 * @param maxStreams The most streams open on this node.
 * @param maxEventSize The largest data of an event. Publishers in other languages have it in their append.lua.
 * @param namespace What all names in Valkey begin with: one for each installation on a server, whatever its database.
 * @param journal What is retained of each job.
 * @param memory What the memory transport retains.
 * @param demo Whether a demo job named 'demo' runs again and again; only on the memory transport of the standalone server.
 * @param developmentToken Whether the standalone server signs a token for itself and logs it, where no issuer and no key is
 *     configured. It always does on the memory transport.
 */
@ConfigurationProperties("jobstream")
record JobstreamProperties(
        @DefaultValue("valkey") Transport transport,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("30s") Duration stallLimit,
        @DefaultValue("10s") Duration drain,
        @DefaultValue("10s") Duration linger,
        @DefaultValue("10s") Duration sweep,
        @DefaultValue("0s") Duration maxLifetime,
        @DefaultValue("20000") int maxStreams,
        @DefaultValue("256KB") DataSize maxEventSize,
        @DefaultValue("runner-jobs") String namespace,
        @DefaultValue Journal journal,
        @DefaultValue Memory memory,
        @DefaultValue("true") boolean demo,
        @DefaultValue("false") boolean developmentToken) {

    /** @throws IllegalArgumentException if settings do not go together */
    JobstreamProperties {
        if (drain.isNegative()) {
            throw new IllegalArgumentException("jobstream.drain must not be negative, is " + drain);
        }
        if (maxEventSize.compareTo(LARGEST_REQUEST) > 0) {
            throw new IllegalArgumentException("jobstream.max-event-size must be at most " + LARGEST_REQUEST
                    + ", which is what a publish request may have, is " + maxEventSize);
        }
    }

    /** The largest publish request. */
    private static final DataSize LARGEST_REQUEST = DataSize.ofMegabytes(4);

    /** What carries events. */
    enum Transport {
        /** The memory of this process. */
        MEMORY,
        /** Valkey, or Redis from 7.0 on. */
        VALKEY
    }

    /**
     * What is retained of each job.
     *
     * @param maxEvents The newest events that are kept.
     * @param ttl Time for which a job is kept after its last event.
     * @param endTtl Time for which it is kept that a job has ended, at least as long as its events are.
     */
    record Journal(
            @DefaultValue("10000") int maxEvents,
            @DefaultValue("24h") Duration ttl,
            @DefaultValue("7d") Duration endTtl) {}

    /**
     * What the memory transport retains.
     *
     * @param maxSize The most data of all jobs together; the jobs published to least recently go first.
     */
    record Memory(@DefaultValue("64MB") DataSize maxSize) {}

    /** @throws InvalidConfigurationPropertyValueException if a setting is out of its range */
    JournalLimits journalLimits() {
        JournalLimits good = JournalLimits.DEFAULT;
        return new JournalLimits(
                taken(
                                "journal.max-events",
                                journal.maxEvents,
                                max -> new JournalLimits(max, good.ttl(), good.maxEventBytes()))
                        .maxEvents(),
                taken("journal.ttl", journal.ttl, ttl -> new JournalLimits(good.maxEvents(), ttl, good.maxEventBytes()))
                        .ttl(),
                taken(
                                "max-event-size",
                                maxEventSize,
                                max -> new JournalLimits(good.maxEvents(), good.ttl(), Math.toIntExact(max.toBytes())))
                        .maxEventBytes(),
                taken(
                                "journal.end-ttl",
                                journal.endTtl,
                                ttl -> new JournalLimits(good.maxEvents(), good.ttl(), good.maxEventBytes(), ttl))
                        .endTtl());
    }

    /** @throws InvalidConfigurationPropertyValueException if a setting is out of its range */
    StreamSettings streamSettings() {
        StreamSettings settings = StreamSettings.DEFAULT;
        settings = taken("heartbeat", heartbeat, settings::withHeartbeat);
        settings = taken("linger", linger, settings::withLinger);
        settings = taken("sweep", sweep, settings::withSweep);
        settings = taken("stall-limit", stallLimit, settings::withStallLimit);
        settings = taken("max-lifetime", maxLifetime, settings::withMaxLifetime);
        return taken("max-streams", maxStreams, settings::withMaxStreams);
    }

    /** Has whoever knows the range of a setting check it, and tells the operator which one it is. */
    static <V, T> T taken(String name, V value, Function<V, T> taker) {
        try {
            return taker.apply(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(
                    "jobstream." + name, value, String.valueOf(e.getMessage()));
        }
    }
}
