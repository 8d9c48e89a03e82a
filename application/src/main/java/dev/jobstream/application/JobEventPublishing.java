package dev.jobstream.application;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.IdempotencyConflictException;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.security.Principal;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The use case: publishing a job's events on behalf of somebody who may have to be refused. Code that needs no permission
 * uses the {@link EventPublisher} itself. Safe for use by many threads.
 */
public final class JobEventPublishing {

    private final EventPublisher publisher;
    private final StreamAccess access;
    private final JobEventStreams streams;
    private final Admission admission;

    /**
     * @param publisher where events go
     * @param access decides who may publish to a job
     * @param metrics what is counted
     * @param streams know whether this node is stopping: what is begun then could be cut off; and the quotas
     */
    public JobEventPublishing(
            EventPublisher publisher, StreamAccess access, StreamMetrics metrics, JobEventStreams streams) {
        this.publisher = publisher;
        this.access = access;
        this.streams = streams;
        this.admission = new Admission("publish events of", metrics::publicationRefused);
    }

    /**
     * Publishes all of these events or none. Blocks until they are retained.
     *
     * @param principal the caller, as the host's security knows it; {@code null} for nobody
     * @param events supplies the events, once they are allowed and not before: reading them costs something
     * @return the ids of the events, in their order
     * @throws StreamRefusedException if it is not allowed, this node is stopping, or the caller is above a quota
     */
    public List<EventId> publish(@Nullable Principal principal, JobId job, Supplier<List<NewEvent>> events) {
        return publish(principal, job, null, events);
    }

    /**
     * The same, once for each key.
     *
     * @param key names this publication; {@code null} for none
     * @throws IdempotencyConflictException if other events were published under this key
     */
    public List<EventId> publish(
            @Nullable Principal principal, JobId job, @Nullable IdempotencyKey key, Supplier<List<NewEvent>> events) {
        return publish(principal, job, key, (PublicationBody) bytes -> events.get());
    }

    /** The same with events that cost bytes, which are counted too. */
    public List<EventId> publish(
            @Nullable Principal principal, JobId job, @Nullable IdempotencyKey key, PublicationBody body) {
        AccessDecision unused = admission.admit(access.toPublish(principal, job), job, streams.isShuttingDown());
        List<NewEvent> all = streams.quotas().read(Quotas.account(access, principal), body, admission);
        return key == null ? publisher.publish(job, all) : publisher.publish(job, all, key);
    }
}
