package dev.jobstream.application.publishing;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Events of a job that are published together.
 *
 * @param job whose events they are
 * @param events at least one
 * @param key what they are published under; {@code null} for no key
 * @param optional whether they may be published without the key where keys are not remembered
 */
record Publication(
        JobId job, List<NewEvent> events, @Nullable IdempotencyKey key, boolean optional) {

    Publication {
        events = List.copyOf(events);
    }

    /** With the key that the host gives it, if any. */
    static Publication of(JobId job, List<NewEvent> events, @Nullable IdempotencyKey key) {
        return new Publication(job, events, key, false);
    }

    /** The same with a key, so that it can be sent twice and published once. */
    Publication repeatable() {
        return key != null
                ? this
                : new Publication(
                        job, events, new IdempotencyKey(UUID.randomUUID().toString()), true);
    }

    /** Of the events' data. */
    long bytes() {
        return events.stream().mapToLong(event -> event.data().size()).sum();
    }

    void sendTo(EventPublisher publisher) {
        if (key == null) {
            publisher.publish(job, events);
            return;
        }
        try {
            publisher.publish(job, events, key);
        } catch (UnsupportedOperationException e) {
            if (!optional) {
                throw e;
            }
            publisher.publish(job, events);
        }
    }
}
