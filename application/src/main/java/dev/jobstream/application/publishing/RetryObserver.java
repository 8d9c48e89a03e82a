package dev.jobstream.application.publishing;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.TransportUnavailableException;
import org.jspecify.annotations.Nullable;

/** Learns what becomes of events that could not be published at once. Called by any thread: must be quick and not throw. */
public interface RetryObserver {

    /** Why events are never published. */
    enum Reason {
        /** As many wait already as may. */
        OVERFLOW,
        /** The transport has answered, and does not take them: the job has ended meanwhile, for instance. */
        REFUSED,
        /** The application has stopped. */
        SHUTDOWN
    }

    /** The transport is away, and the first events wait. */
    default void waiting(TransportUnavailableException cause) {}

    /** So many events wait now. */
    default void waitingEvents(int events) {}

    /** No events wait any more. */
    default void recovered() {}

    /**
     * Events will never be published.
     *
     * @param events how many
     * @param cause what the transport has answered; {@code null} if it was not asked
     */
    default void dropped(JobId job, int events, Reason reason, @Nullable RuntimeException cause) {}
}
