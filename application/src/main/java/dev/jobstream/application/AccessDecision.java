package dev.jobstream.application;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a {@link StreamAccess}.
 *
 * @param verdict what it is
 * @param expiresAt the moment at which an allowed stream must end; {@code null} if it may go on. Nothing else lasts that long
 */
public record AccessDecision(Verdict verdict, @Nullable Instant expiresAt) {

    /** The kinds of answer. */
    public enum Verdict {
        /** Go ahead. */
        ALLOWED,
        /** The caller is not known. */
        UNAUTHENTICATED,
        /** The caller is known and may not. */
        DENIED,
        /** The caller must not even learn whether there is such a job. */
        UNKNOWN_JOB
    }

    public static AccessDecision allowed() {
        return new AccessDecision(Verdict.ALLOWED, null);
    }

    public static AccessDecision allowedUntil(Instant expiresAt) {
        return new AccessDecision(Verdict.ALLOWED, expiresAt);
    }

    public static AccessDecision unauthenticated() {
        return new AccessDecision(Verdict.UNAUTHENTICATED, null);
    }

    public static AccessDecision denied() {
        return new AccessDecision(Verdict.DENIED, null);
    }

    public static AccessDecision unknownJob() {
        return new AccessDecision(Verdict.UNKNOWN_JOB, null);
    }
}
