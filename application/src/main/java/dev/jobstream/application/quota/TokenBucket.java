package dev.jobstream.application.quota;

import java.util.concurrent.TimeUnit;

/** Tokens that come at a rate and are saved up to a number. Begins full. Not for use by several threads at once. */
final class TokenBucket {

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double perSecond;
    private final double most;
    private double level;
    private long at;

    TokenBucket(long perSecond, long most, long nanos) {
        this.perSecond = perSecond;
        this.most = most;
        this.level = most;
        this.at = nanos;
    }

    private void fill(long nanos) {
        level = Math.min(most, level + (nanos - at) / SECOND * perSecond);
        at = nanos;
    }

    /** Takes a token if there is one. */
    boolean take(long nanos) {
        fill(nanos);
        if (level < 1) {
            return false;
        }
        level--;
        return true;
    }

    /** Whether there is anything, so that something of whatever size may be had on credit. */
    boolean hasCredit(long nanos) {
        fill(nanos);
        return level > 0;
    }

    /** Takes so many tokens, also those that are yet to come. */
    void charge(long tokens, long nanos) {
        fill(nanos);
        level -= tokens;
    }

    /** Whether it is as if it had never been used. */
    boolean isFull(long nanos) {
        fill(nanos);
        return level >= most;
    }
}
