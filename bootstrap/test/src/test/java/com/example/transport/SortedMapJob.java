package com.example.transport;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource.Subscription;
import dev.jobstream.domain.IdempotencyConflictException;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.PublicationDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One job. All methods but {@link Subscription#close} are called with its monitor held. */
final class SortedMapJob {

    private final JobId id;
    private final JournalLimits limits;
    private final TreeMap<EventId, JobEvent> events = new TreeMap<>();
    private final Map<IdempotencyKey, Published> keys = new LinkedHashMap<>();
    private final List<Listening> listeners = new CopyOnWriteArrayList<>();
    private EventId last = EventId.NONE;
    private @Nullable JobEvent end;
    private long now;
    private long lastAppend;

    private record Published(String digest, List<EventId> ids) {}

    SortedMapJob(JobId id, JournalLimits limits) {
        this.id = id;
        this.limits = limits;
    }

    void forgetWhatIsOver(long millis) {
        now = millis;
        if (now - lastAppend >= limits.ttl().toMillis()) {
            events.clear();
            keys.clear();
            last = EventId.NONE;
        }
        if (now - lastAppend >= limits.keepsEnds().toMillis()) {
            end = null;
        }
    }

    List<EventId> append(List<NewEvent> added, @Nullable IdempotencyKey key) {
        String digest = PublicationDigest.of(added);
        Published before = key == null ? null : keys.get(key);
        if (before != null) {
            if (!before.digest.equals(digest)) {
                throw new IdempotencyConflictException(id);
            }
            return before.ids;
        }
        if (end != null) {
            throw new JobEndedException(id);
        }
        List<EventId> ids = new ArrayList<>();
        for (NewEvent event : added) {
            EventId next = now > last.time() ? new EventId(now, 0) : new EventId(last.time(), last.sequence() + 1);
            JobEvent journaled = JobEvent.journaled(next, last, event.type(), event.data());
            if (journaled.isTerminal()) {
                end = JobEvent.journaled(next, last, event.type(), EventData.LOST);
            }
            events.put(next, journaled);
            ids.add(next);
            last = next;
        }
        lastAppend = now;
        while (events.size() > limits.maxEvents()) {
            events.pollFirstEntry();
        }
        if (key != null) {
            keys.put(key, new Published(digest, ids));
            if (keys.size() > IdempotencyKey.MOST_REMEMBERED) {
                keys.remove(keys.keySet().iterator().next());
            }
        }
        ids.forEach(appended -> tell(events.get(appended)));
        return ids;
    }

    JournalPage readAfter(EventId after, int limit) {
        if (events.isEmpty() && end != null) {
            return JournalPage.ofEnd(end, after);
        }
        List<JobEvent> later = List.copyOf(events.tailMap(after, false).values());
        return new JournalPage(
                later.subList(0, Math.min(limit, later.size())), later.size() > limit, events.containsKey(after));
    }

    JournalPage readLast(int limit) {
        if (events.isEmpty() && end != null) {
            return JournalPage.ofEnd(end, EventId.NONE);
        }
        List<JobEvent> all = List.copyOf(events.values());
        return new JournalPage(all.subList(Math.max(0, all.size() - limit), all.size()), false, false);
    }

    JournalPage readBefore(EventId before, int limit) {
        if (events.isEmpty() && end != null) {
            return JournalPage.ofEndBefore(end, before);
        }
        List<JobEvent> earlier = List.copyOf(events.headMap(before, false).values());
        return new JournalPage(
                earlier.subList(Math.max(0, earlier.size() - limit), earlier.size()), earlier.size() > limit, false);
    }

    /** Whether anybody listens. */
    boolean tell(@Nullable JobEvent event) {
        if (event != null) { // An event that is trimmed at once is not there any more.
            listeners.forEach(listening -> listening.hear(listener -> listener.onEvent(event)));
        }
        return !listeners.isEmpty();
    }

    Subscription listen(EventListener listener) {
        Listening listening = new Listening(listener);
        listeners.add(listening);
        listening.hear(EventListener::onConnected);
        return listening;
    }

    private final class Listening implements Subscription {

        private final EventListener listener;
        private volatile boolean closed;

        Listening(EventListener listener) {
            this.listener = listener;
        }

        void hear(Consumer<EventListener> call) {
            if (closed) {
                return;
            }
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                // One that throws disturbs neither the publisher nor the other listeners.
                Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), e);
            }
        }

        /** Without the monitor: it does not wait for a call that is under way. */
        @Override
        public void close() {
            closed = true;
            listeners.remove(this);
        }

        @Override
        public void resubscribe() {
            synchronized (SortedMapJob.this) {
                hear(EventListener::onConnected);
            }
        }
    }
}
