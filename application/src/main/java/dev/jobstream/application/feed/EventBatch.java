package dev.jobstream.application.feed;

import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalPage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run of events for clients that all stand at the same position: they share it, what a filter leaves of it, and what a
 * format makes of it. Immutable but for that memory; safe for use by many threads.
 *
 * <p>What a filter leaves is a batch too, of the same events, some of which it does not show: so whoever reads it moves on
 * behind them, and a gap is told wherever the chain is broken, since what is missing there might have passed.
 */
public final class EventBatch {

    static final int MOST_FILTERS = 8;

    private final @Nullable EventId after;
    private final List<JobEvent> events;
    private final @Nullable EventId last;
    private final int bytes;
    /** Which of the events are not shown; {@code null} if all are. */
    private final @Nullable BitSet hidden;

    private final @Nullable EventId told;
    private final boolean silent;

    private @Nullable Encoded latest;
    private @Nullable Encoded earlier;
    /** What filters have left, the one that was asked for last in front. */
    private @Nullable List<Filtered> filtered;

    private record Encoded(Function<EventBatch, ?> format, Object result) {}

    private record Filtered(EventFilter filter, EventBatch batch) {}

    /**
     * @param after the journaled event that its reader has seen last; {@code null} for a reader that starts here and for
     *     whom nothing can be missing
     * @param events at least one; nothing follows a terminal event
     */
    EventBatch(@Nullable EventId after, List<JobEvent> events) {
        if (events.isEmpty()) {
            throw new IllegalArgumentException("a batch must have an event");
        }
        this.after = after;
        this.events = events;
        EventId id = after;
        int size = 0;
        for (JobEvent event : events) {
            id = event.isLiveOnly() ? id : event.id();
            size += event.data().size();
        }
        this.last = id;
        this.bytes = size;
        this.hidden = null;
        this.silent = false;
        this.told = Objects.equals(after, id) ? null : id;
    }

    private EventBatch(EventId after) {
        this.after = after;
        this.events = List.of();
        this.last = after;
        this.bytes = 0;
        this.hidden = null;
        this.silent = false;
        this.told = null;
    }

    private EventBatch(EventBatch whole, EventFilter filter) {
        this.after = whole.after;
        this.events = whole.events;
        this.last = whole.last;
        this.bytes = whole.bytes;
        this.hidden = new BitSet(events.size());
        EventId seen = after;
        EventId shown = null;
        boolean nothing = true;
        for (int i = 0; i < events.size(); i++) {
            JobEvent event = events.get(i);
            EventId id = event.id();
            nothing &= id == null || !isGap(seen, event);
            seen = id == null ? seen : id;
            if (!filter.passes(event.type())) {
                hidden.set(i);
            } else {
                nothing = false;
                shown = id == null ? shown : id;
            }
        }
        this.told = shown;
        this.silent = nothing;
    }

    /** Tells that what has come after this event is lost, and that nothing has come since. */
    static EventBatch lost(EventId after) {
        return new EventBatch(after);
    }

    /**
     * A run of retained events, as they are read page by page.
     *
     * @param after the event that its reader has seen last; {@link EventId#NONE} or {@code null} for none
     * @return {@code null} if there is nothing to tell
     */
    public static @Nullable EventBatch of(@Nullable EventId after, JournalPage page) {
        EventId seen = EventId.NONE.equals(after) ? null : after;
        if (!page.events().isEmpty()) {
            return new EventBatch(seen, page.events());
        }
        return seen == null || page.afterRetained() ? null : lost(seen);
    }

    /** What a format sees of a batch, in order. */
    public interface Visitor {

        /** The next event. */
        void event(JobEvent event);

        /**
         * Events are missing for good, since the journal does not reach back so far, has lost them, or holds what nobody may
         * be given.
         *
         * @param after the event that the client has seen last
         * @param resumesAt the event that comes next; {@code null} if there is none
         */
        void gap(EventId after, @Nullable EventId resumesAt);
    }

    /**
     * Walks the batch. A gap is where an event's predecessor is not what the reader saw before it: it is told by the chain
     * itself, wherever the events came from; and where an event has lost its data.
     */
    public void forEach(Visitor visitor) {
        EventId seen = after;
        if (events.isEmpty() && seen != null) {
            visitor.gap(seen, null);
        }
        for (int i = 0; i < events.size(); i++) {
            JobEvent event = events.get(i);
            EventId id = event.id();
            if (id != null) {
                if (seen != null && isGap(seen, event)) {
                    visitor.gap(seen, id);
                }
                seen = id;
            }
            if (hidden == null || !hidden.get(i)) {
                visitor.event(event);
            }
        }
    }

    private static boolean isGap(@Nullable EventId seen, JobEvent event) {
        return seen != null && (!seen.equals(event.prev()) || event.data().isLost());
    }

    /** Whether there is nothing to tell, neither an event nor a gap. */
    public boolean isSilent() {
        return silent;
    }

    /**
     * What a filter leaves of this batch, made by the first caller and shared by all callers with an equal filter. What the
     * {@value #MOST_FILTERS} filters leave that were asked for last is remembered: one that a crowd has stays, whatever others
     * make up.
     */
    public synchronized EventBatch filtered(EventFilter filter) {
        if (events.isEmpty()) {
            return this;
        }
        if (filtered == null) {
            filtered = new ArrayList<>(1);
        }
        for (int i = 0; i < filtered.size(); i++) {
            Filtered known = filtered.get(i);
            if (known.filter.equals(filter)) {
                if (i > 0) {
                    filtered.add(0, filtered.remove(i));
                }
                return known.batch;
            }
        }
        EventBatch batch = new EventBatch(this, filter);
        if (filtered.size() == MOST_FILTERS) {
            filtered.remove(MOST_FILTERS - 1);
        }
        filtered.add(0, new Filtered(filter, batch));
        return batch;
    }

    /**
     * This batch in a format, made by the first caller and shared by all callers with the same function. The results
     * of two formats are remembered.
     */
    @SuppressWarnings("unchecked")
    public synchronized <T> T encoded(Function<EventBatch, T> format) {
        if (latest != null && latest.format == format) {
            return (T) latest.result;
        }
        if (earlier != null && earlier.format == format) {
            return (T) earlier.result;
        }
        T result = format.apply(this);
        earlier = latest;
        latest = new Encoded(format, result);
        return result;
    }

    /** The number of events that it shows. */
    public int size() {
        return hidden == null ? events.size() : events.size() - hidden.cardinality();
    }

    /** The id of the last journaled event that it shows: what its reader knows of where it stands; {@code null} for nothing. */
    public @Nullable EventId told() {
        return told;
    }

    /** Whether the last event is the last of the job. */
    public boolean isTerminal() {
        return !events.isEmpty() && events.get(events.size() - 1).isTerminal();
    }

    /** Whether a batch of at most so many events, ended by so many bytes of data, takes no further event. */
    boolean isFull(int maxEvents, int maxBytes) {
        return events.size() >= maxEvents || bytes >= maxBytes || isTerminal();
    }

    /** The journaled event that its reader has seen last; {@code null} for one who starts here. */
    public @Nullable EventId after() {
        return after;
    }

    /** The id of the last journaled event in here, or what came before if there is none. */
    public @Nullable EventId last() {
        return last;
    }

    /** Of the events' data. */
    int bytes() {
        return bytes;
    }

    /** The events, those included that it does not show. */
    public List<JobEvent> events() {
        return events;
    }
}
