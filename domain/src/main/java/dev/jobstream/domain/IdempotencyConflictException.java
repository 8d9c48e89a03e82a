package dev.jobstream.domain;

/** An idempotency key has been used for other events of the job. */
public final class IdempotencyConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public IdempotencyConflictException(JobId job) {
        super("the idempotency key was used for other events of job " + job);
    }
}
