package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.quota.QuotaLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * The settings of quotas. In all of them but the last, 0 stands for no limit.
 *
 * @param streamsPerJob The most streams of a job, on all nodes together.
 * @param streamsPerSubject The most streams of a subject, on all nodes together.
 * @param opensPerSecond The streams that a subject may open in a second on a node; ten seconds' worth may be saved.
 * @param publishesPerSecond The requests by which a subject may publish in a second on a node.
 * @param publishBytesPerSecond The data that the publish requests of a subject may have in a second on a node.
 * @param lease Time after which what a dead node held is free again, at least 1 s.
 */
@ConfigurationProperties("jobstream.quota")
public record QuotaProperties(
        @DefaultValue("10000") int streamsPerJob,
        @DefaultValue("2000") int streamsPerSubject,
        @DefaultValue("100") int opensPerSecond,
        @DefaultValue("2000") int publishesPerSecond,
        @DefaultValue("16MB") DataSize publishBytesPerSecond,
        @DefaultValue("15s") Duration lease) {

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    /** @throws IllegalArgumentException if a setting is out of its range */
    public QuotaProperties {
        if (lease.compareTo(SHORTEST_LEASE) < 0) {
            throw new IllegalArgumentException("jobstream.quota.lease must be at least 1s, is " + lease);
        }
    }

    /** @throws InvalidConfigurationPropertyValueException if a setting is out of its range */
    QuotaLimits limits() {
        return new QuotaLimits(
                Setting.take("quota.streams-per-job", streamsPerJob, most -> new QuotaLimits(most, 0, 0, 0, 0))
                        .streamsPerJob(),
                Setting.take("quota.streams-per-subject", streamsPerSubject, most -> new QuotaLimits(0, most, 0, 0, 0))
                        .streamsPerSubject(),
                Setting.take("quota.opens-per-second", opensPerSecond, most -> new QuotaLimits(0, 0, most, 0, 0))
                        .opensPerSecond(),
                Setting.take(
                                "quota.publishes-per-second",
                                publishesPerSecond,
                                most -> new QuotaLimits(0, 0, 0, most, 0))
                        .publishesPerSecond(),
                Setting.take(
                                "quota.publish-bytes-per-second",
                                publishBytesPerSecond,
                                most -> new QuotaLimits(0, 0, 0, 0, most.toBytes()))
                        .publishBytesPerSecond());
    }
}
