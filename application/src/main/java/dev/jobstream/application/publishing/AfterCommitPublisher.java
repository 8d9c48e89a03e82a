package dev.jobstream.application.publishing;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventTooLargeException;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.util.List;

/**
 * Publishes a job's events when the transaction that they belong to has committed, and never if it rolls back; without a
 * transaction at once. Each call is a publication of its own, and they leave in the order of the calls. Safe for use by
 * many threads.
 *
 * <p>The ids of the events are not returned, since they are given when the events leave. Whoever needs them publishes by
 * {@link EventPublisher} after the transaction.
 *
 * <p>What no journal takes is refused by the call itself, and so before the transaction commits. Everything else is known
 * only when the events leave: it is thrown to whoever commits. Then the transaction has committed, and these events and
 * those behind them may be missing. With {@link PublicationRetries} a transport that is away is no such failure.
 */
public interface AfterCommitPublisher {

    /** Publishes one event; see {@link #publish(JobId, List)}. */
    default void publish(JobId job, NewEvent event) {
        publish(job, List.of(event));
    }

    /**
     * Publishes these events, all of them or none.
     *
     * @param events at least one; a terminal event only as the last
     * @throws EventTooLargeException if an event is larger than the journal takes
     * @throws InvalidEventException if there is no event, or one follows a terminal event
     * @throws RuntimeException outside of a transaction, what {@link EventPublisher#publish(JobId, List)} throws
     */
    void publish(JobId job, List<NewEvent> events);

    /**
     * The same, once for each key.
     *
     * @param key names this publication
     * @throws RuntimeException outside of a transaction, what {@link EventPublisher#publish(JobId, List, IdempotencyKey)}
     *     throws
     */
    void publish(JobId job, List<NewEvent> events, IdempotencyKey key);
}
