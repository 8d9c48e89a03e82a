package dev.jobstream.domain;

import java.util.List;

/** The way into a job's journal and onto its channel. All methods may be called from any thread. */
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

    /** Publishes one event; see {@link #publish(JobId, List)}. */
    default EventId publish(JobId job, NewEvent event) {
        return publish(job, List.of(event)).get(0);
    }
}
