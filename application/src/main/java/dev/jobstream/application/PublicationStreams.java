package dev.jobstream.application;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.feed.Failures;
import dev.jobstream.application.quota.Place;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The use case: publishing a job's events as they come, for as long as the job runs. What holds for a stream of events holds for
 * these: they take a place of their subject and their job, are asked about again, and end with their token, with a revocation,
 * and with their node. Safe for use by many threads.
 */
public final class PublicationStreams {

    private final EventPublisher publisher;
    private final StreamAccess access;
    private final StreamMetrics metrics;
    private final JobEventStreams streams;
    private final Admission admission;
    private final Permissions<PublicationStream> permissions;
    private final Set<PublicationStream> open = ConcurrentHashMap.newKeySet();

    /**
     * @param publisher where events go
     * @param access decides who may publish to a job
     * @param metrics what is counted
     * @param streams know whether this node is stopping, and the quotas and limits
     */
    public PublicationStreams(
            EventPublisher publisher, StreamAccess access, StreamMetrics metrics, JobEventStreams streams) {
        this.publisher = publisher;
        this.access = access;
        this.metrics = metrics;
        this.streams = streams;
        this.admission = new Admission("publish events of", metrics::publicationRefused);
        this.permissions = streams.permissions(stream -> access.toPublish(stream.principal(), stream.job()));
    }

    /**
     * Grants a publisher's stream, which holds a place until it is {@link PublicationStream#close closed}. Blocks for a moment
     * while other nodes are asked for the place.
     *
     * @param principal the caller, as the host's security knows it; {@code null} for nobody
     * @param onEnd told once, by any thread, when the stream must end before its publisher ends it; must not block
     * @throws StreamRefusedException if it is not granted
     */
    public PublicationStream open(@Nullable Principal principal, JobId job, Consumer<StreamRefusedException> onEnd) {
        AccessDecision decision = admission.admit(access.toPublish(principal, job), job, streams.isShuttingDown());
        String account = Quotas.account(access, principal);
        streams.quotas().admitOpen(account, admission);
        if (open.size() >= streams.settings().maxStreams()) {
            throw admission.refused(Refusal.TOO_MANY_STREAMS, "this node has as many publishers' streams as it may");
        }
        Place place = streams.quotas().take(account, job, admission);
        PublicationStream stream =
                new PublicationStream(this, principal, job, account, place, decision.expiresAt(), onEnd);
        open.add(stream);
        metrics.publicationStreamOpened();
        if (streams.isShuttingDown()) {
            end(stream, Refusal.SHUTTING_DOWN);
        }
        return stream;
    }

    EventPublisher publisher() {
        return publisher;
    }

    Quotas quotas() {
        return streams.quotas();
    }

    Permissions<PublicationStream>.Permission granted(PublicationStream stream) {
        return permissions.granted(stream);
    }

    void closed(PublicationStream stream, Place place) {
        if (open.remove(stream)) {
            place.free();
            metrics.publicationStreamEnded();
        }
    }

    void end(PublicationStream stream, Refusal refusal) {
        stream.end(() -> admission.refused(
                refusal,
                switch (refusal) {
                    case SHUTTING_DOWN -> "this node is stopping";
                    default -> "the permission to publish has ended";
                }));
    }

    /** From now on, ends the streams that these take back. */
    public void follow(Revocations revocations) {
        revocations.onRevoked(
                this,
                index -> endWhere(
                        stream -> index.isRevoked(stream.principal(), stream.job(), access), Refusal.UNAUTHENTICATED));
    }

    private void endWhere(Predicate<PublicationStream> ends, Refusal refusal) {
        Failures failures = new Failures();
        for (PublicationStream stream : open) {
            failures.attempt(() -> {
                if (ends.test(stream)) {
                    end(stream, refusal);
                }
            });
        }
        failures.rethrow();
    }

    /** Ends those there are: what has come of them is published, and each publisher is told how far it got. Returns at once. */
    public void shutDown() {
        endWhere(stream -> true, Refusal.SHUTTING_DOWN);
    }

    /** The streams that were granted and have not ended. */
    public int openStreams() {
        return open.size();
    }

    /** Ends those whose time is over, and has it asked for the others whether they may go on. Does not block. */
    void tick() {
        Instant now = streams.clock().now();
        long nanos = streams.clock().nanos();
        endWhere(stream -> stream.isExpired(now), Refusal.UNAUTHENTICATED);
        for (PublicationStream stream : open) {
            stream.askWhenDue(nanos);
        }
    }
}
