package dev.jobstream.application.memory;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One job's journal in memory. Not safe for use by many threads. */
final class MemoryJournal {

    static final JournalPage NOTHING = new JournalPage(List.of(), false, false);

    private final TreeMap<EventId, JobEvent> events = new TreeMap<>();
    private final MemoryKeys keys = new MemoryKeys();
    private EventId last = EventId.NONE;
    private boolean ended;
    private long bytes;
    private long lastAppend;

    /** What was published here under which key. */
    MemoryKeys keys() {
        return keys;
    }

    /** @throws JobEndedException if the terminal event is in here already */
    List<JobEvent> append(JobId job, List<NewEvent> added, long now, JournalLimits limits) {
        if (ended) {
            throw new JobEndedException(job);
        }
        List<JobEvent> appended = new ArrayList<>(added.size());
        for (NewEvent event : added) {
            EventId id = next(now);
            JobEvent journaled = JobEvent.journaled(id, last, event.type(), event.data());
            events.put(id, journaled);
            appended.add(journaled);
            bytes += event.data().size();
            last = id;
            ended = journaled.isTerminal();
        }
        lastAppend = now;
        while (events.size() > limits.maxEvents()) {
            trim();
        }
        return appended;
    }

    /** Strictly above the last one, even if the clock was set back. */
    private EventId next(long now) {
        return now > last.time() ? new EventId(now, 0) : new EventId(last.time(), last.sequence() + 1);
    }

    /** Lets the oldest events go until so many bytes are free, but keeps the newest; the bytes that became free. */
    long trimToBytes(long excess) {
        long before = bytes;
        while (before - bytes < excess && events.size() > 1) {
            trim();
        }
        return before - bytes;
    }

    private void trim() {
        bytes -= events.pollFirstEntry().getValue().data().size();
    }

    JournalPage readAfter(EventId after, int limit, int maxBytes) {
        List<JobEvent> page = new ArrayList<>();
        int size = 0;
        Iterator<JobEvent> later = events.tailMap(after, false).values().iterator();
        while (later.hasNext() && page.size() < limit && (page.isEmpty() || size < maxBytes)) {
            JobEvent event = later.next();
            size += event.data().size();
            page.add(event);
        }
        return new JournalPage(page, later.hasNext(), events.containsKey(after));
    }

    JournalPage readLast(int limit, int maxBytes) {
        JournalPage newest = readBackwards(events, limit, maxBytes);
        return new JournalPage(newest.events(), false, false);
    }

    JournalPage readBefore(EventId before, int limit, int maxBytes) {
        return readBackwards(events.headMap(before, false), limit, maxBytes);
    }

    private static JournalPage readBackwards(NavigableMap<EventId, JobEvent> events, int limit, int maxBytes) {
        List<JobEvent> newest = new ArrayList<>();
        int size = 0;
        Iterator<JobEvent> earlier = events.descendingMap().values().iterator();
        boolean more = earlier.hasNext();
        while (more && newest.size() < limit) {
            JobEvent event = earlier.next();
            size += event.data().size();
            if (!newest.isEmpty() && size > maxBytes) {
                break;
            }
            newest.add(event);
            more = earlier.hasNext();
        }
        Collections.reverse(newest);
        return new JournalPage(newest, more, false);
    }

    /** The terminal event without its data, if the job has had it; {@code null} otherwise. */
    @Nullable
    JobEvent end() {
        JobEvent newest = events.isEmpty() ? null : events.lastEntry().getValue();
        EventId prev = newest == null ? null : newest.prev();
        return ended && newest != null && prev != null
                ? JobEvent.journaled(newest.journaledId(), prev, newest.type(), EventData.LOST)
                : null;
    }

    long bytes() {
        return bytes;
    }

    long lastAppend() {
        return lastAppend;
    }
}
