package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** The rule of a host that has neither one of its own nor tokens: nobody. */
final class ClosedStreamAccess implements StreamAccess {

    @Override
    public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
        return decide(principal);
    }

    @Override
    public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
        return decide(principal);
    }

    private static AccessDecision decide(@Nullable Principal principal) {
        return principal == null ? AccessDecision.unauthenticated() : AccessDecision.denied();
    }
}
