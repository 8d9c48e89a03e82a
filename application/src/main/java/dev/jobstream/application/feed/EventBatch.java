package dev.jobstream.application.feed;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalPage;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run of events for clients that all stand at the same position: they share it, and what a format
 * makes of it. Immutable but for that memory; safe for use by many threads.
 */
public final class EventBatch {

    private final @Nullable EventId after;
    private final List<JobEvent> events;
    private final @Nullable EventId last;
    private final int bytes;

    private @Nullable Encoded latest;
    private @Nullable Encoded earlier;

    private record Encoded(Function<EventBatch, ?> format, Object result) {}

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
    }

    private EventBatch(EventId after) {
        this.after = after;
        this.events = List.of();
        this.last = after;
        this.bytes = 0;
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
        for (JobEvent event : events) {
            EventId id = event.id();
            if (id != null) {
                if (seen != null && (!seen.equals(event.prev()) || event.data().isLost())) {
                    visitor.gap(seen, id);
                }
                seen = id;
            }
            visitor.event(event);
        }
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

    /** The number of events. */
    public int size() {
        return events.size();
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

    /** The events. */
    public List<JobEvent> events() {
        return events;
    }
}
