package dev.jobstream.bootstrap.autoconfigure;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of tickets.
 *
 * @param life The time within which a ticket must be used.
 */
@ConfigurationProperties("jobstream.ticket")
public record TicketProperties(@DefaultValue("30s") Duration life) {

    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** @throws IllegalArgumentException if a setting is out of its range */
    public TicketProperties {
        if (life.toSeconds() < 1 || life.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("jobstream.ticket.life must be 1s to 10m, is " + life);
        }
    }
}
