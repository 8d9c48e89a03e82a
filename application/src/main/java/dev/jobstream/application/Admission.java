package dev.jobstream.application;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.domain.JobId;
import java.util.function.Consumer;

/** Turns a decision on access into a grant or a refusal, the same way for every use case. Refusals are counted. */
final class Admission {

    private final String what;
    private final Consumer<Refusal> refusals;

    /**
     * @param what is asked for, as in "not allowed to … job"
     * @param refusals counts those that are refused
     */
    Admission(String what, Consumer<Refusal> refusals) {
        this.what = what;
        this.refusals = refusals;
    }

    /**
     * Passes if the rule allows it and this node is not stopping, in this order: a caller that may not is not sent to another
     * node.
     *
     * @throws StreamRefusedException if it is refused
     */
    AccessDecision admit(AccessDecision decision, JobId job, boolean stopping) {
        switch (decision.verdict()) {
            case UNAUTHENTICATED -> throw refused(Refusal.UNAUTHENTICATED, "a token is required");
            case DENIED -> throw refused(Refusal.FORBIDDEN, "not allowed to " + what + " job " + job);
            case UNKNOWN_JOB -> throw refused(Refusal.UNKNOWN_JOB, "no job " + job);
            case ALLOWED -> {}
        }
        if (stopping) {
            throw refused(Refusal.SHUTTING_DOWN, "this node is stopping");
        }
        return decision;
    }

    /** Counts a refusal; to be thrown. */
    StreamRefusedException refused(Refusal refusal, String message) {
        refusals.accept(refusal);
        return new StreamRefusedException(refusal, message);
    }
}
