package dev.jobstream.bootstrap.observability;

import dev.jobstream.domain.EventPublisher;
import org.springframework.beans.factory.ObjectProvider;

/** Stands around the publishers of our transports, to observe what is published. */
@FunctionalInterface
public interface PublisherObserver {

    /**
     * Has this publisher observed.
     *
     * @param transport what its transport is called
     */
    EventPublisher observe(EventPublisher publisher, String transport);

    /** Has it observed where the application observes anything. */
    static EventPublisher observe(
            EventPublisher publisher, String transport, ObjectProvider<PublisherObserver> observer) {
        return observer.getIfAvailable(() -> (unobserved, name) -> unobserved).observe(publisher, transport);
    }
}
