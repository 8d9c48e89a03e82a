package dev.jobstream.application;

import org.jspecify.annotations.Nullable;

/** Something asked of a job that was refused, and why: a stream, a publication, or a page. */
public final class StreamRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why it was refused. */
    public enum Refusal {
        /** The caller is not known: 401. */
        UNAUTHENTICATED,
        /** The caller may not do this with this job: 403. */
        FORBIDDEN,
        /** There is no such job for this caller: 404. */
        UNKNOWN_JOB,
        /** This node has as many streams as it may: 503, try again. */
        TOO_MANY_STREAMS,
        /** This node is stopping: 503, try another. */
        SHUTTING_DOWN
    }

    private final Refusal refusal;

    public StreamRefusedException(Refusal refusal, String message) {
        super(message);
        this.refusal = refusal;
    }

    /**
     * The end of a stream that tells the same, for a client that can read a stream but no refusal; {@code null} where the
     * refusal would be the same on every node.
     */
    public @Nullable EndReason asEnd() {
        return switch (refusal) {
            case UNAUTHENTICATED, FORBIDDEN, UNKNOWN_JOB -> null;
            case TOO_MANY_STREAMS -> EndReason.OVERLOADED;
            case SHUTTING_DOWN -> EndReason.SHUTDOWN;
        };
    }

    public Refusal refusal() {
        return refusal;
    }
}
