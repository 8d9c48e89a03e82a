package dev.jobstream.bootstrap.autoconfigure;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of access by tokens.
 *
 * @param maxLife The longest that a stream may go on with one token, however far ahead the token expires.
 */
@ConfigurationProperties("jobstream.token")
public record TokenProperties(@DefaultValue("24h") Duration maxLife) {

    /** @throws IllegalArgumentException if a setting is out of its range */
    public TokenProperties {
        if (maxLife.isNegative() || maxLife.isZero()) {
            throw new IllegalArgumentException("jobstream.token.max-life must be positive, is " + maxLife);
        }
    }
}
