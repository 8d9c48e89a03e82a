package com.example.transport;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A transport of somebody else's: as small as one can be that keeps what the contracts ask for. A job's monitor is held while
 * it is written, read and heard, so that its listeners hear in the order of its journal.
 */
public final class SortedMapTransport implements EventSource, EventPublisher {

    private final JournalLimits limits;
    private final InstantSource clock;
    private final ConcurrentMap<JobId, SortedMapJob> jobs = new ConcurrentHashMap<>();

    public SortedMapTransport(JournalLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events) {
        return append(job, events, null);
    }

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
        return append(job, events, key);
    }

    private List<EventId> append(JobId job, List<NewEvent> events, @Nullable IdempotencyKey key) {
        limits.check(events);
        return in(job, journal -> journal.append(events, key));
    }

    /** Past the journal, except for an end. */
    void publishLiveOnly(JobId job, NewEvent event) {
        limits.check(event.data());
        if (event.type().isTerminal()) {
            try {
                append(job, List.of(event), null);
            } catch (JobEndedException e) {
                // It has had one before.
            }
        } else {
            in(job, journal -> journal.tell(JobEvent.liveOnly(event.type(), event.data())));
        }
    }

    @Override
    public JournalPage readAfter(JobId job, EventId after, int limit) {
        return in(job, journal -> journal.readAfter(after, atLeastOne(limit)));
    }

    @Override
    public JournalPage readLast(JobId job, int limit) {
        return in(job, journal -> journal.readLast(atLeastOne(limit)));
    }

    @Override
    public JournalPage readBefore(JobId job, EventId before, int limit) {
        return in(job, journal -> journal.readBefore(before, atLeastOne(limit)));
    }

    private static int atLeastOne(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, is " + limit);
        }
        return limit;
    }

    @Override
    public Subscription listen(JobId job, EventListener listener) {
        return in(job, journal -> journal.listen(listener));
    }

    private <T> T in(JobId id, Function<SortedMapJob, T> action) {
        SortedMapJob job = jobs.computeIfAbsent(id, unknown -> new SortedMapJob(unknown, limits));
        synchronized (job) {
            job.forgetWhatIsOver(clock.millis());
            return action.apply(job);
        }
    }
}
