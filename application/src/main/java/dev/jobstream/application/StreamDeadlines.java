package dev.jobstream.application;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What falls due in the life of one stream.
 *
 * @param openedAt when it was opened, in the clock's nanoseconds
 * @param heartbeatNanos idle time after which it sends a heartbeat
 * @param stallNanos time after which a client that takes nothing is ended
 * @param lifetimeNanos time after which it is ended; 0 for never
 * @param expiresAt when it must end; {@code null} for never
 */
record StreamDeadlines(
        long openedAt,
        long heartbeatNanos,
        long stallNanos,
        long lifetimeNanos,
        @Nullable Instant expiresAt) {

    /** A stream whose connection has not come after this long is given up: its opener has failed. */
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** By then the network of a client that has gone has said so, over any distance. */
    private static final long SECOND_HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * Why the stream must end by now; {@code null} if it need not.
     *
     * @param waiting whether the connection has not come yet
     */
    @Nullable
    EndReason endDue(long nanos, Instant now, boolean waiting, ClientWriter writer) {
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            return EndReason.TOKEN_EXPIRED;
        }
        if (lifetimeNanos > 0 && nanos - openedAt >= lifetimeNanos) {
            return EndReason.MAX_LIFETIME;
        }
        if (waiting && nanos - openedAt >= START_NANOS) {
            return EndReason.CLIENT_GONE;
        }
        return writer.isBlocked() && nanos - writer.lastWrite() >= stallNanos ? EndReason.STALLED : null;
    }

    /** Whether a client that waits for nothing was idle for long, or has to show that it was there for the last heartbeat. */
    boolean isHeartbeatDue(long nanos, ClientWriter writer) {
        long idle = writer.isSecondHeartbeatDue() ? Math.min(SECOND_HEARTBEAT_NANOS, heartbeatNanos) : heartbeatNanos;
        return !writer.isBlocked() && nanos - writer.lastWrite() >= idle;
    }
}
