package dev.jobstream.application;

import org.jspecify.annotations.Nullable;

/** Why a stream ended: one value that the client, the metric and the test all see. */
public enum EndReason {
    /** The job's terminal event was delivered. */
    FINISHED(null, false),
    /** The client went away. */
    CLIENT_GONE(null, false),
    /** The client took no byte for the stall limit. */
    STALLED(null, false),
    /** The token that opened the stream is no longer valid. */
    TOKEN_EXPIRED("token_expired", false),
    /** The permission to watch was taken back. */
    REVOKED("revoked", false),
    /** This node is stopping. */
    SHUTDOWN("shutdown", true),
    /** This node has as many streams as it may. */
    OVERLOADED("overloaded", true),
    /** The transport is gone for good, or the stream failed for a reason of our own. */
    SOURCE_LOST("source_lost", true),
    /** The stream has lived as long as streams may. */
    MAX_LIFETIME("max_lifetime", true);

    private final @Nullable String closing;
    private final boolean reconnect;

    EndReason(@Nullable String closing, boolean reconnect) {
        this.closing = closing;
        this.reconnect = reconnect;
    }

    /** The {@code reason} of the {@code stream.closing} that announces this end; {@code null} if nothing does. */
    public @Nullable String closing() {
        return closing;
    }

    /** Whether a client does well to come back with the same credentials. */
    public boolean reconnect() {
        return reconnect;
    }
}
