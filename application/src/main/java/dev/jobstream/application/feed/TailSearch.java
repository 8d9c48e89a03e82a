package dev.jobstream.application.feed;

import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search for the place from which on a job has so many events that pass a filter: from its newest event backwards, first
 * in the window, then in the journal. It ends at the journal's beginning, or when it has looked at {@value #MOST_EVENTS}
 * events or 32 MiB of data, for there may be none that passes. Under the feed's lock, or by the one drain whose cursor it is.
 */
final class TailSearch {

    static final int MOST_EVENTS = 20_000;
    static final long MOST_BYTES = 32L * 1024 * 1024;

    /** No event stands behind it. */
    private static final EventId NEWEST = new EventId(-1, -1);

    private final @Nullable EventFilter filter;
    private int wanted;
    private int events;
    private long bytes;
    private boolean begun;
    private EventId oldest = NEWEST;
    private @Nullable EventId beforeOldest;

    TailSearch(int wanted, @Nullable EventFilter filter) {
        this.wanted = wanted;
        this.filter = filter;
    }

    /**
     * Looks through the window, the first time, as far as it is an unbroken piece of the chain that ends with the newest event.
     *
     * @return the place from which on there is what is wanted; {@link EventWindow#NOWHERE} if it is the journal's turn
     */
    long firstLook(EventWindow window, EventId newest) {
        if (begun) {
            return EventWindow.NOWHERE;
        }
        begun = true;
        EventId next = newest;
        for (long place = window.end() - 1; place >= window.first(); place--) {
            JobEvent event = window.at(place);
            EventId id = event.id();
            if (id == null) {
                continue;
            }
            if (!id.equals(next)) {
                return EventWindow.NOWHERE;
            }
            if (!look(event)) {
                return place;
            }
            next = event.prev();
        }
        return newest.equals(EventId.NONE) ? window.end() : EventWindow.NOWHERE;
    }

    /**
     * Puts the cursor in front of all that it has looked at.
     *
     * @param newest of the job; there it stands if there was nothing to look at
     * @param onlyEnd whether nothing is left of the job but its end: a position would say that its client comes back
     */
    void end(Cursor cursor, EventId newest, boolean onlyEnd) {
        cursor.search = null;
        cursor.after = beforeOldest == null ? newest : onlyEnd ? null : beforeOldest;
    }

    private boolean look(JobEvent event) {
        oldest = event.journaledId();
        beforeOldest = event.prev();
        events++;
        bytes += event.data().size();
        if (filter == null || filter.passes(event.type())) {
            wanted--;
        }
        return wanted > 0 && events < MOST_EVENTS && bytes < MOST_BYTES && !EventId.NONE.equals(beforeOldest);
    }

    /** Looks at the events before those that it has looked at, the newest first; whether to go on. */
    boolean lookBack(List<JobEvent> run) {
        for (int i = run.size() - 1; i >= 0; i--) {
            if (!look(run.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Before which event it goes on. */
    EventId oldest() {
        return oldest;
    }

    /** The event before all that it has looked at; {@code null} if there were none. */
    @Nullable
    EventId beforeOldest() {
        return beforeOldest;
    }
}
