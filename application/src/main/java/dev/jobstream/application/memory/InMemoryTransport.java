package dev.jobstream.application.memory;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.EventTooLargeException;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.PublicationDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The transport of a single process: journal and channel in its own memory, with the same ids, chain, retention and refusals
 * as a journal on a server, and gone with the process.
 *
 * <p>One lock guards the journals, and listeners hear under it: so they hear in journal order, and an event is published
 * as soon as it is retained. Closing a subscription does not take the lock, and so never waits for a listener. Beyond the limits of each job, all jobs
 * together are bounded in bytes: the jobs that were published to least recently are forgotten first.
 */
public final class InMemoryTransport implements EventSource, EventPublisher {

    /** The bytes of data that all jobs together may retain by default. */
    public static final long DEFAULT_MAX_BYTES = 64L * 1024 * 1024;

    private static final int PAGE_BYTES = 256 * 1024;

    private final JournalLimits limits;
    private final long maxBytes;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    /** In the order of the last publish, oldest first. */
    private final LinkedHashMap<JobId, MemoryJournal> journals = new LinkedHashMap<>();

    private final MemoryListeners listeners = new MemoryListeners(lock);
    private final MemoryEnds ends;
    private long bytes;

    /**
     * @param limits what is retained of each job
     * @param maxBytes the bytes of data that all jobs together may retain; at least 1
     * @param clock what time it is, for ids and for retention
     */
    public InMemoryTransport(JournalLimits limits, long maxBytes, InstantSource clock) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be at least 1, is " + maxBytes);
        }
        this.limits = limits;
        this.maxBytes = maxBytes;
        this.ends = new MemoryEnds(limits.keepsEnds());
        this.clock = clock;
    }

    // ---- publishing ----

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events) {
        return publish(job, events, null, "");
    }

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
        return publish(job, events, key, PublicationDigest.of(events));
    }

    private List<EventId> publish(JobId job, List<NewEvent> events, @Nullable IdempotencyKey key, String digest) {
        limits.check(events);
        lock.lock();
        try {
            long now = clock.instant().toEpochMilli();
            forgetExpired(now);
            MemoryJournal known = journals.get(job);
            List<EventId> before =
                    known == null || key == null ? null : known.keys().find(job, key, digest);
            if (before != null) {
                return before;
            }
            MemoryJournal journal = known == null ? new MemoryJournal() : known;
            List<EventId> ids = append(job, journal, events, now);
            if (key != null) {
                journal.keys().remember(key, digest, ids);
            }
            return ids;
        } finally {
            lock.unlock();
        }
    }

    private List<EventId> append(JobId job, MemoryJournal journal, List<NewEvent> events, long now) {
        if (ends.hasEnded(job)) {
            throw new JobEndedException(job);
        }
        long before = journal.bytes();
        List<JobEvent> appended = journal.append(job, events, now, limits);
        journals.remove(job);
        journals.put(job, journal); // The last in order now.
        bytes += journal.bytes() - before;
        JobEvent end = journal.end();
        if (end != null) {
            ends.keep(job, end, now);
        }
        forgetBeyond(maxBytes, journal);
        List<EventId> ids = new ArrayList<>(appended.size());
        for (JobEvent event : appended) {
            ids.add(event.journaledId());
            listeners.hear(job, event);
        }
        return ids;
    }

    /**
     * Publishes an event on the channel and nowhere else: those who listen now hear it, at most once. Only the end of a job is
     * kept all the same, since it holds for everybody; of a job that has ended already it is nothing new.
     *
     * @throws EventTooLargeException if the event is larger than the journal takes
     */
    public void publishLiveOnly(JobId job, NewEvent event) {
        limits.check(event.data());
        if (event.type().isTerminal()) {
            keepEnd(job, event);
            return;
        }
        lock.lock();
        try {
            listeners.hear(job, JobEvent.liveOnly(event.type(), event.data()));
        } finally {
            lock.unlock();
        }
    }

    private void keepEnd(JobId job, NewEvent end) {
        try {
            publish(job, List.of(end));
        } catch (JobEndedException e) {
            // It has had one before.
        }
    }

    /** Forgets a job, its end included, as if it had never been. */
    public void forget(JobId job) {
        lock.lock();
        try {
            ends.forget(job);
            MemoryJournal journal = journals.remove(job);
            bytes -= journal == null ? 0 : journal.bytes();
        } finally {
            lock.unlock();
        }
    }

    // ---- reading ----

    @Override
    public JournalPage readAfter(JobId job, EventId after, int limit) {
        checkLimit(limit);
        lock.lock();
        try {
            forgetExpired(clock.instant().toEpochMilli());
            MemoryJournal journal = journals.get(job);
            return journal == null ? ends.readAfter(job, after) : journal.readAfter(after, limit, PAGE_BYTES);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public JournalPage readLast(JobId job, int limit) {
        checkLimit(limit);
        lock.lock();
        try {
            forgetExpired(clock.instant().toEpochMilli());
            MemoryJournal journal = journals.get(job);
            return journal == null ? ends.readAfter(job, EventId.NONE) : journal.readLast(limit, PAGE_BYTES);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public JournalPage readBefore(JobId job, EventId before, int limit) {
        checkLimit(limit);
        lock.lock();
        try {
            forgetExpired(clock.instant().toEpochMilli());
            MemoryJournal journal = journals.get(job);
            return journal == null ? ends.readBefore(job, before) : journal.readBefore(before, limit, PAGE_BYTES);
        } finally {
            lock.unlock();
        }
    }

    private static void checkLimit(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, is " + limit);
        }
    }

    // ---- listening ----

    @Override
    public Subscription listen(JobId job, EventListener listener) {
        return listeners.add(job, listener);
    }

    /** The jobs that somebody listens to. */
    public int listenedJobs() {
        return listeners.jobs();
    }

    // ---- retention ----

    /** The journals stand in the order of their last publish, so that the expired ones come first. */
    private void forgetExpired(long now) {
        ends.forgetExpired(now);
        Iterator<MemoryJournal> oldest = journals.values().iterator();
        while (oldest.hasNext()) {
            MemoryJournal journal = oldest.next();
            if (now - journal.lastAppend() < limits.ttl().toMillis()) {
                return;
            }
            bytes -= journal.bytes();
            oldest.remove();
        }
    }

    private void forgetBeyond(long most, MemoryJournal except) {
        Iterator<MemoryJournal> oldest = journals.values().iterator();
        while (bytes > most && oldest.hasNext()) {
            MemoryJournal journal = oldest.next();
            if (journal != except) {
                bytes -= journal.bytes();
                oldest.remove();
            }
        }
        bytes -= except.trimToBytes(bytes - most);
    }
}
