package dev.jobstream.application.feed;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of a job, bounded in number and in bytes of data. Places are counted from 0 and never reused:
 * {@code first() <= place < end()} is held, what is below has been evicted. Not safe for use by many threads.
 */
final class EventWindow {

    static final long NOWHERE = -1;

    private final int maxEvents;
    private final int maxBytes;
    private JobEvent[] ring;
    private long first;
    private long end;
    private long bytes;
    /** Whether ids still rise from place to place: not after a journal that lost its tail went on with lower ones. */
    private boolean rising = true;

    private @Nullable EventId newest;

    EventWindow(int maxEvents, int maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        this.ring = new JobEvent[Math.min(4, maxEvents)];
    }

    long first() {
        return first;
    }

    long end() {
        return end;
    }

    /** Takes the event in and evicts the oldest ones that no longer fit; the newest is always held. */
    void append(JobEvent event) {
        EventId id = event.id();
        if (id != null) {
            rising &= newest == null || id.isAfter(newest);
            newest = id;
        }
        if (end - first == ring.length) {
            if (ring.length < maxEvents) {
                grow();
            } else {
                evict();
            }
        }
        ring[slot(end++)] = event;
        bytes += event.data().size();
        while (bytes > maxBytes && end - first > 1) {
            evict();
        }
    }

    JobEvent at(long place) {
        return ring[slot(place)];
    }

    /**
     * The place behind the event with this id, or the first place if the event was the one before the oldest held;
     * {@link #NOWHERE} if neither.
     */
    long placeAfter(EventId id) {
        if (newest == null || (rising && id.isAfter(newest))) {
            return NOWHERE;
        }
        EventId beforeOldest = null;
        for (long place = end - 1; place >= first; place--) {
            JobEvent event = at(place);
            EventId held = event.id();
            if (held != null) {
                if (held.equals(id)) {
                    return place + 1;
                }
                beforeOldest = event.prev();
                if (rising && id.isAfter(held)) {
                    return NOWHERE;
                }
            }
        }
        return id.equals(beforeOldest) ? first : NOWHERE;
    }

    /**
     * The first place of those whose events lead up to one with rising ids, all above an id; the end if the event they
     * lead to is not held.
     */
    long firstAfter(EventId id, EventId upTo) {
        long found = end;
        EventId above = null;
        for (long place = placeAfter(upTo) - 1; place >= first; place--) {
            EventId held = at(place).id();
            if (held == null) {
                continue;
            }
            if (!held.isAfter(id) || (above != null && !above.isAfter(held))) {
                break;
            }
            above = held;
            found = place;
        }
        return found;
    }

    boolean contains(EventId id) {
        long place = placeAfter(id);
        return place > first && id.equals(at(place - 1).id());
    }

    /** The predecessor of the oldest journaled event held; {@code null} if none is. */
    @Nullable
    EventId beforeOldest() {
        for (long place = first; place < end; place++) {
            if (!at(place).isLiveOnly()) {
                return at(place).prev();
            }
        }
        return null;
    }

    /**
     * Adds the events from a place on, up to a number and until their data has reached a number of bytes, and no further
     * than a terminal event; live-only ones only from {@code liveFrom} on.
     *
     * @return the place to go on from
     */
    long read(long from, long liveFrom, int maxEvents, int maxBytes, List<JobEvent> into) {
        int size = 0;
        long place = from;
        while (place < end && into.size() < maxEvents && size < maxBytes) {
            JobEvent event = at(place++);
            if (!event.isLiveOnly() || place > liveFrom) {
                into.add(event);
                size += event.data().size();
                if (event.isTerminal()) {
                    break;
                }
            }
        }
        return place;
    }

    private void evict() {
        int slot = slot(first++);
        bytes -= ring[slot].data().size();
        ring[slot] = null;
    }

    private void grow() {
        JobEvent[] larger = new JobEvent[Math.min(ring.length * 2, maxEvents)];
        for (long place = first; place < end; place++) {
            larger[(int) (place % larger.length)] = at(place);
        }
        ring = larger;
    }

    private int slot(long place) {
        return (int) (place % ring.length);
    }
}
