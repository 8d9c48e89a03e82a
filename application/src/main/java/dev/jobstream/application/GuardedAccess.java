package dev.jobstream.application;

import dev.jobstream.domain.JobId;
import java.security.Principal;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What holds beside a host's own rule: permissions that were taken back, and tickets. Safe for use by many threads. */
public final class GuardedAccess implements StreamAccess {

    private final StreamAccess rule;
    private final Revocations revocations;
    private final InstantSource clock;

    /**
     * @param rule the host's
     * @param clock tells whether a ticket's holder may still watch
     */
    public GuardedAccess(StreamAccess rule, Revocations revocations, InstantSource clock) {
        this.rule = rule;
        this.revocations = revocations;
        this.clock = clock;
    }

    @Override
    public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
        AccessDecision decision =
                principal instanceof TicketHolder holder ? decide(holder, job) : rule.toWatch(principal, job);
        return unlessRevoked(decision, principal, job);
    }

    private AccessDecision decide(TicketHolder holder, JobId job) {
        Instant expiresAt = holder.expiresAt();
        if (!holder.job().equals(job)) {
            return AccessDecision.denied();
        }
        if (expiresAt == null) {
            return AccessDecision.allowed();
        }
        return clock.instant().isBefore(expiresAt)
                ? AccessDecision.allowedUntil(expiresAt)
                : AccessDecision.unauthenticated();
    }

    @Override
    public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
        return principal instanceof TicketHolder
                ? AccessDecision.denied()
                : unlessRevoked(rule.toPublish(principal, job), principal, job);
    }

    private AccessDecision unlessRevoked(AccessDecision decision, @Nullable Principal principal, JobId job) {
        return decision.verdict() == AccessDecision.Verdict.ALLOWED
                        && principal != null
                        && revocations.isRevoked(caller(principal), job)
                ? AccessDecision.unauthenticated()
                : decision;
    }

    @Override
    public Caller caller(Principal principal) {
        return principal instanceof TicketHolder holder ? holder.caller() : rule.caller(principal);
    }
}
