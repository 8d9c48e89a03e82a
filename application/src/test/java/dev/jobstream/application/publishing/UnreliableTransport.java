package dev.jobstream.application.publishing;

import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The memory transport behind a connection that fails when told to. */
final class UnreliableTransport implements EventPublisher {

    final Set<JobId> awayFor = new HashSet<>();
    final List<JobId> attempts = new ArrayList<>();
    boolean away;
    boolean answersAreLost;
    boolean remembersKeys = true;
    Runnable meanwhile = () -> {};

    private final InMemoryTransport transport =
            new InMemoryTransport(JournalLimits.DEFAULT, InMemoryTransport.DEFAULT_MAX_BYTES, new ManualClock());

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events) {
        reach(job);
        return answered(transport.publish(job, events));
    }

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
        if (!remembersKeys) {
            throw new UnsupportedOperationException();
        }
        reach(job);
        return answered(transport.publish(job, events, key));
    }

    private void reach(JobId job) {
        attempts.add(job);
        meanwhile.run();
        if (away || awayFor.contains(job)) {
            throw new TransportUnavailableException("away", null);
        }
    }

    private List<EventId> answered(List<EventId> ids) {
        if (answersAreLost) {
            throw new TransportUnavailableException("no answer", null);
        }
        return ids;
    }

    /** The data of all that is retained, in order. */
    List<String> journal(JobId job) {
        return transport.readLast(job, 1_000).events().stream()
                .map(event -> event.data().toString())
                .toList();
    }
}
