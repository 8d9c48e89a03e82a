package dev.jobstream.adapters.web.publishing;

import java.time.Duration;

/**
 * What reading the bodies of publish requests may cost: a thread is held for each body that is being read.
 *
 * @param concurrent the most bodies that are read at a time; at least 1
 * @param wholeTime the longest that a body may take to come; positive
 * @param leastRate the bytes a second that must have come on average, once {@link #GRACE} is over; 0 for no such limit
 */
public record BodyLimits(int concurrent, Duration wholeTime, int leastRate) {

    /** Time that a body has before its rate is looked at: a connection may be slow to start. */
    public static final Duration GRACE = Duration.ofSeconds(5);

    /** The defaults: a quarter of the threads that Jetty and Tomcat have. */
    public static final BodyLimits DEFAULT = new BodyLimits(50, Duration.ofSeconds(30), 1024);

    /** @throws IllegalArgumentException if a value is out of its range */
    public BodyLimits {
        if (concurrent < 1) {
            throw new IllegalArgumentException("concurrent must be at least 1, is " + concurrent);
        }
        if (wholeTime.isNegative() || wholeTime.isZero()) {
            throw new IllegalArgumentException("wholeTime must be positive, is " + wholeTime);
        }
        if (leastRate < 0) {
            throw new IllegalArgumentException("leastRate must not be negative, is " + leastRate);
        }
    }
}
