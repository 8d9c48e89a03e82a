package dev.jobstream.bootstrap.observability;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.IdempotencyConflictException;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.function.Supplier;

/**
 * Observes each publication as {@code jobstream.publish}, within whatever the caller's thread observes. Its tags are {@code
 * transport} and {@code outcome}: {@code published}, {@code refused} because of what was to be published, or {@code failed}.
 */
final class ObservedPublisher implements EventPublisher {

    private static final String NAME = "jobstream.publish";

    private final EventPublisher publisher;
    private final String transport;
    private final ObservationRegistry registry;

    ObservedPublisher(EventPublisher publisher, String transport, ObservationRegistry registry) {
        this.publisher = publisher;
        this.transport = transport;
        this.registry = registry;
    }

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events) {
        return observed(() -> publisher.publish(job, events));
    }

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
        return observed(() -> publisher.publish(job, events, key));
    }

    private List<EventId> observed(Supplier<List<EventId>> publication) {
        Observation observation = Observation.createNotStarted(NAME, registry)
                .lowCardinalityKeyValue("transport", transport)
                .start();
        Observation.Scope scope = observation.openScope();
        String outcome = "failed";
        try {
            List<EventId> ids = publication.get();
            outcome = "published";
            return ids;
        } catch (InvalidEventException | JobEndedException | IdempotencyConflictException e) {
            outcome = "refused";
            throw e;
        } catch (RuntimeException | Error e) {
            observation.error(e);
            throw e;
        } finally {
            scope.close();
            observation.lowCardinalityKeyValue("outcome", outcome).stop();
        }
    }
}
