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
        /** The caller has as many streams as it may: 429, try again. */
        STREAMS_OF_SUBJECT,
        /** The job has as many streams as it may: 429, try again. */
        STREAMS_OF_JOB,
        /** The caller opens streams faster than it may: 429, try again. */
        OPENS_OF_SUBJECT,
        /** The caller publishes more often than it may: 429, try again. */
        PUBLISHES_OF_SUBJECT,
        /** The caller publishes more bytes than it may: 429, try again. */
        PUBLISH_BYTES_OF_SUBJECT,
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
     * refusal would be the same on every node, or is meant to end what does not read it.
     */
    public @Nullable EndReason asEnd() {
        return switch (refusal) {
            case UNAUTHENTICATED, FORBIDDEN, UNKNOWN_JOB -> null;
            case STREAMS_OF_SUBJECT, STREAMS_OF_JOB, OPENS_OF_SUBJECT, PUBLISHES_OF_SUBJECT, PUBLISH_BYTES_OF_SUBJECT ->
                null;
            case TOO_MANY_STREAMS -> EndReason.OVERLOADED;
            case SHUTTING_DOWN -> EndReason.SHUTDOWN;
        };
    }

    public Refusal refusal() {
        return refusal;
    }
}
