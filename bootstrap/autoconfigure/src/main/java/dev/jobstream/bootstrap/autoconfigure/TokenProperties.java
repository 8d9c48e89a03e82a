package dev.jobstream.bootstrap.autoconfigure;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of access by tokens.
 *
 * @param maxLife The longest that a stream may go on with one token, however far ahead the token expires.
 * @param checkInterval Time after which it is asked again whether an open stream is still permitted; 0 for never.
 */
@ConfigurationProperties("jobstream.token")
public record TokenProperties(
        @DefaultValue("24h") Duration maxLife,
        @DefaultValue("15s") Duration checkInterval) {

    /** @throws IllegalArgumentException if a setting is out of its range */
    public TokenProperties {
        if (maxLife.isNegative() || maxLife.isZero()) {
            throw new IllegalArgumentException("jobstream.token.max-life must be positive, is " + maxLife);
        }
        if (checkInterval.isNegative()) {
            throw new IllegalArgumentException(
                    "jobstream.token.check-interval must not be negative, is " + checkInterval);
        }
    }
}
