package dev.jobstream.application.testing;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** Lets everybody in. */
public final class Everybody implements StreamAccess {

    @Override
    public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
        return AccessDecision.allowed();
    }

    @Override
    public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
        return AccessDecision.allowed();
    }
}
