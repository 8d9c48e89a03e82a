package dev.jobstream.application;

import dev.jobstream.domain.JobId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** Decides who may watch a job and who may publish to it. Called on the request's thread, where it may block. */
public interface StreamAccess {

    /** Whether this principal may read the job's events. */
    AccessDecision toWatch(@Nullable Principal principal, JobId job);

    /** Whether this principal may publish events of the job. */
    AccessDecision toPublish(@Nullable Principal principal, JobId job);

    /** Who this is, for quotas and revocations. Does not block. By default no more than the principal's name is known. */
    default Caller caller(Principal principal) {
        return Caller.named(principal.getName());
    }
}
