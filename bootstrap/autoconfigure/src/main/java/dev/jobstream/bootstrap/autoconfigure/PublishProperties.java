package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.web.publishing.BodyLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * The settings of publishing over HTTP.
 *
 * @param concurrentBodies The most request bodies that are read at a time; one more gets 503. Each holds a thread.
 * @param bodyTimeout Time within which the body of a request must have come.
 * @param leastRate The data a second that must come of a body, once 5 s are over; 0 for no such limit.
 */
@ConfigurationProperties("jobstream.publish")
public record PublishProperties(
        @DefaultValue("50") int concurrentBodies,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("1KB") DataSize leastRate) {

    /** @throws InvalidConfigurationPropertyValueException if a setting is out of its range */
    BodyLimits bodyLimits() {
        BodyLimits good = BodyLimits.DEFAULT;
        return new BodyLimits(
                Setting.take(
                                "publish.concurrent-bodies",
                                concurrentBodies,
                                most -> new BodyLimits(most, good.wholeTime(), good.leastRate()))
                        .concurrent(),
                Setting.take(
                                "publish.body-timeout",
                                bodyTimeout,
                                time -> new BodyLimits(good.concurrent(), time, good.leastRate()))
                        .wholeTime(),
                Setting.take(
                                "publish.least-rate",
                                leastRate,
                                rate -> new BodyLimits(
                                        good.concurrent(), good.wholeTime(), Math.toIntExact(rate.toBytes())))
                        .leastRate());
    }
}
