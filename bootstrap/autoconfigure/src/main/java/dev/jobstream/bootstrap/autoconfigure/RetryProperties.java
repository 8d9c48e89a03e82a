package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.publishing.RetryLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * What becomes of events that the application itself publishes while the transport is away.
 *
 * @param enabled Whether they wait in memory and are published later; otherwise whoever publishes gets an exception.
 * @param maxEvents The most events that wait; what is beyond is dropped.
 * @param maxSize The most data that waits; what is beyond is dropped.
 * @param maxDelay The longest time between two attempts, the first of which comes after 100 ms.
 */
@ConfigurationProperties("jobstream.publish.retry")
public record RetryProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("10000") int maxEvents,
        @DefaultValue("16MB") DataSize maxSize,
        @DefaultValue("5s") Duration maxDelay) {

    /** @throws InvalidConfigurationPropertyValueException if a setting is out of its range */
    RetryLimits limits() {
        RetryLimits good = RetryLimits.DEFAULT;
        return new RetryLimits(
                Setting.take(
                                "publish.retry.max-events",
                                maxEvents,
                                most -> new RetryLimits(most, good.maxBytes(), good.firstDelay(), good.maxDelay()))
                        .maxEvents(),
                Setting.take(
                                "publish.retry.max-size",
                                maxSize,
                                most -> new RetryLimits(
                                        good.maxEvents(), most.toBytes(), good.firstDelay(), good.maxDelay()))
                        .maxBytes(),
                good.firstDelay(),
                Setting.take(
                                "publish.retry.max-delay",
                                maxDelay,
                                most -> new RetryLimits(good.maxEvents(), good.maxBytes(), good.firstDelay(), most))
                        .maxDelay());
    }
}
