package dev.jobstream.application;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Why a stream ends, and when its connection is closed for it.
 *
 * <p><b>One end.</b> The first reason that is set stays, but for a last event that the client has not taken yet. A blocked
 * client is given a moment to take what is pending, and is cut off then.
 *
 * <p>Safe for use by many threads, but for {@link #isCutOffDue}, which is the ticker's.
 */
final class StreamEnd {

    /** How long a blocked client may take to be told of its end. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final AtomicReference<@Nullable EndReason> reason = new AtomicReference<>();
    private volatile boolean cutOff;
    /** When the ticker first saw it blocked with an end, and not 0 from then on. */
    private long seenAt;

    boolean isSet() {
        return reason.get() != null;
    }

    /** What the client, the metric and the log are told. */
    EndReason reason() {
        EndReason known = reason.get();
        return known == null ? EndReason.CLIENT_GONE : known;
    }

    /** Ends the stream unless it has an end: whether this is its end now. */
    boolean set(EndReason end, boolean blocked) {
        EndReason before;
        do {
            before = reason.get();
            if (before != null && (before != EndReason.FINISHED || !blocked)) {
                return false;
            }
        } while (!reason.compareAndSet(before, end));
        return true;
    }

    /** Ends the stream if it has no end. */
    void setIfNone(EndReason end) {
        reason.compareAndSet(null, end);
    }

    /** Whether the connection is to be closed now. */
    boolean isDue(boolean blocked) {
        EndReason known = reason.get();
        return known != null && (!blocked || cutOff || known == EndReason.CLIENT_GONE || known == EndReason.STALLED);
    }

    /** Whether a blocked client has had the time to be told of its end; it is cut off then. The last event has no limit. */
    boolean isCutOffDue(long nanos) {
        if (reason.get() == EndReason.FINISHED) {
            return false;
        }
        if (seenAt == 0) {
            seenAt = nanos == 0 ? 1 : nanos;
            return false;
        }
        cutOff |= nanos - seenAt >= GRACE_NANOS;
        return cutOff;
    }
}
