package dev.jobstream.domain;

import java.util.List;

/**
 * The way into a job's journal and onto its channel. All methods may be called from any thread.
 *
 * <p>Ids strictly increase within a job, even if the clock is set back, and each event names the one before it. What is
 * refused leaves nothing behind: neither events nor the memory of a key.
 */
public interface EventPublisher {

    /**
     * Appends events to the job's journal and publishes them on its channel, all of them or none, in order and next to each other.
     * Blocks until they are retained.
     *
     * @param events at least one; a terminal event only as the last
     * @return the ids given, in the order of the events
     * @throws EventTooLargeException if an event is larger than the journal takes
     * @throws InvalidEventException if there is no event, or one follows a terminal event
     * @throws JobEndedException if the job has had its terminal event
     * @throws TransportUnavailableException if the transport did not confirm in time; the events may have been published
     *     all the same
     */
    List<EventId> publish(JobId job, List<NewEvent> events);

    /**
     * The same, once: what was published under this key is not appended again, and its ids are returned, also after the job's
     * terminal event. The newest {@link IdempotencyKey#MOST_REMEMBERED} keys of a job are remembered for as long as its
     * journal.
     *
     * @throws IdempotencyConflictException if other events were published under this key
     * @throws UnsupportedOperationException by default: for a transport that remembers no keys
     */
    default List<EventId> publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
        throw new UnsupportedOperationException("this transport remembers no idempotency keys");
    }

    /** Publishes one event; see {@link #publish(JobId, List)}. */
    default EventId publish(JobId job, NewEvent event) {
        return publish(job, List.of(event)).get(0);
    }
}
