package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.domain.JournalLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * The settings of what carries and retains events, directly under {@code jobstream}.
 *
 * @param transport What carries events: Valkey, or the memory of this process (the standalone server's default). By default
 *     Valkey where its starter is there.
 * @param namespace What all names in Valkey begin with: one for each installation on a server, whatever its database.
 * @param maxEventSize The largest data of an event. Publishers in other languages have it in their append.lua.
 * @param journal What is retained of each job.
 * @param memory What the memory transport retains.
 */
@ConfigurationProperties("jobstream")
public record TransportProperties(
        @DefaultValue("auto") Transport transport,
        @DefaultValue("runner-jobs") String namespace,
        @DefaultValue("256KB") DataSize maxEventSize,
        @DefaultValue Journal journal,
        @DefaultValue Memory memory) {

    /** The largest publish request. */
    private static final DataSize LARGEST_REQUEST = DataSize.ofMegabytes(4);

    /** @throws IllegalArgumentException if settings do not go together */
    public TransportProperties {
        if (maxEventSize.compareTo(LARGEST_REQUEST) > 0) {
            throw new IllegalArgumentException("jobstream.max-event-size must be at most " + LARGEST_REQUEST
                    + ", which is what a publish request may have, is " + maxEventSize);
        }
    }

    /** What carries events. */
    public enum Transport {
        /** Valkey where its adapter is on the class path, or else memory. */
        AUTO,
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
    public record Journal(
            @DefaultValue("10000") int maxEvents,
            @DefaultValue("24h") Duration ttl,
            @DefaultValue("7d") Duration endTtl) {}

    /**
     * What the memory transport retains.
     *
     * @param maxSize The most data of all jobs together; the jobs published to least recently go first.
     */
    public record Memory(@DefaultValue("64MB") DataSize maxSize) {}

    /** @throws InvalidConfigurationPropertyValueException if a setting is out of its range */
    JournalLimits journalLimits() {
        JournalLimits good = JournalLimits.DEFAULT;
        return new JournalLimits(
                Setting.take(
                                "journal.max-events",
                                journal.maxEvents,
                                max -> new JournalLimits(max, good.ttl(), good.maxEventBytes()))
                        .maxEvents(),
                Setting.take(
                                "journal.ttl",
                                journal.ttl,
                                ttl -> new JournalLimits(good.maxEvents(), ttl, good.maxEventBytes()))
                        .ttl(),
                Setting.take(
                                "max-event-size",
                                maxEventSize,
                                max -> new JournalLimits(good.maxEvents(), good.ttl(), Math.toIntExact(max.toBytes())))
                        .maxEventBytes(),
                Setting.take(
                                "journal.end-ttl",
                                journal.endTtl,
                                ttl -> new JournalLimits(good.maxEvents(), good.ttl(), good.maxEventBytes(), ttl))
                        .endTtl());
    }
}
