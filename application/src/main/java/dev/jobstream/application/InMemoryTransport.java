package dev.jobstream.application;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The transport of a single process: journal and wire in its own memory, with the same ids, chain, retention and refusals
 * as a journal on a server, and gone with the process.
 *
 * <p>One lock guards everything, and listeners hear under it: so they hear in journal order, an event is on the wire as
 * soon as it is retained, and no call begins after a subscription was closed. Beyond the limits of each job, all jobs
 * together are bounded in bytes: the jobs that were published to least recently are forgotten first.
 */
public final class InMemoryTransport implements EventSource, EventPublisher {

    /** The bytes of data that all jobs together may retain by default. */
    public static final long DEFAULT_MAX_BYTES = 64L * 1024 * 1024;

    private static final int PAGE_BYTES = 256 * 1024;

    private final JournalLimits limits;
    private final long maxBytes;
    private final StreamClock clock;

    private final ReentrantLock lock = new ReentrantLock();
    /** In the order of the last publish, oldest first. */
    private final LinkedHashMap<JobId, MemoryJournal> journals = new LinkedHashMap<>();

    private final Map<JobId, List<EventListener>> listeners = new HashMap<>();
    private long bytes;

    /**
     * @param limits what is retained of each job
     * @param maxBytes the bytes of data that all jobs together may retain; at least 1
     * @param clock what time it is, for ids and for retention
     */
    public InMemoryTransport(JournalLimits limits, long maxBytes, StreamClock clock) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be at least 1, is " + maxBytes);
        }
        this.limits = limits;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    // ---- publishing ----

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events) {
        check(events);
        lock.lock();
        try {
            long now = clock.now().toEpochMilli();
            forgetExpired(now);
            MemoryJournal known = journals.get(job);
            MemoryJournal journal = known == null ? new MemoryJournal() : known;
            long before = journal.bytes();
            List<JobEvent> appended = journal.append(job, events, now, limits);
            journals.remove(job);
            journals.put(job, journal); // The last in order now.
            bytes += journal.bytes() - before;
            forgetBeyond(maxBytes, journal);
            List<EventId> ids = new ArrayList<>(appended.size());
            for (JobEvent event : appended) {
                ids.add(event.journaledId());
                hear(job, event);
            }
            return ids;
        } finally {
            lock.unlock();
        }
    }

    /** Puts an event on the wire and nowhere else: it is heard by those who listen now, at most once. */
    public void publishLiveOnly(JobId job, NewEvent event) {
        limits.check(event.data());
        lock.lock();
        try {
            hear(job, JobEvent.liveOnly(event.type(), event.data()));
        } finally {
            lock.unlock();
        }
    }

    private void check(List<NewEvent> events) {
        if (events.isEmpty()) {
            throw new InvalidEventException("there must be at least one event");
        }
        for (NewEvent event : events) {
            limits.check(event.data());
        }
        for (NewEvent event : events.subList(0, events.size() - 1)) {
            if (event.type().isTerminal()) {
                throw new InvalidEventException("nothing may follow " + event.type());
            }
        }
    }

    private void hear(JobId job, JobEvent event) {
        for (EventListener listener : listeners.getOrDefault(job, List.of())) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException e) {
                report(e);
            }
        }
    }

    private static void report(RuntimeException e) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }

    // ---- reading ----

    @Override
    public JournalPage readAfter(JobId job, EventId after, int limit) {
        lock.lock();
        try {
            forgetExpired(clock.now().toEpochMilli());
            MemoryJournal journal = journals.get(job);
            return journal == null ? MemoryJournal.NOTHING : journal.readAfter(after, limit, PAGE_BYTES);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public JournalPage readLast(JobId job, int limit) {
        lock.lock();
        try {
            forgetExpired(clock.now().toEpochMilli());
            MemoryJournal journal = journals.get(job);
            return journal == null ? MemoryJournal.NOTHING : journal.readLast(limit, PAGE_BYTES);
        } finally {
            lock.unlock();
        }
    }

    // ---- listening ----

    @Override
    public Subscription listen(JobId job, EventListener listener) {
        // A wrapper of its own, so that a listener that listens twice can be told apart.
        EventListener own = new EventListener() {
            @Override
            public void onConnected() {
                listener.onConnected();
            }

            @Override
            public void onEvent(JobEvent event) {
                listener.onEvent(event);
            }
        };
        lock.lock();
        try {
            List<EventListener> more = new ArrayList<>(listeners.getOrDefault(job, List.of()));
            more.add(own);
            listeners.put(job, more);
            own.onConnected();
        } finally {
            lock.unlock();
        }
        return () -> close(job, own);
    }

    private void close(JobId job, EventListener listener) {
        lock.lock();
        try {
            List<EventListener> fewer = new ArrayList<>(listeners.getOrDefault(job, List.of()));
            fewer.remove(listener);
            if (fewer.isEmpty()) {
                listeners.remove(job);
            } else {
                listeners.put(job, fewer);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The jobs that somebody listens to. */
    public int listenedJobs() {
        lock.lock();
        try {
            return listeners.size();
        } finally {
            lock.unlock();
        }
    }

    // ---- retention ----

    /** The journals stand in the order of their last publish, so that the expired ones come first. */
    private void forgetExpired(long now) {
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
