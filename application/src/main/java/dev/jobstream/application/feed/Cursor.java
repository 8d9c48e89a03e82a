package dev.jobstream.application.feed;

import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import org.jspecify.annotations.Nullable;

/**
 * Where a client stands in its job's events: the one thing that a stream holds of them. What counts is {@code after}; the
 * place in the window is only a short cut to it. Guarded by the feed's lock while it is being located, otherwise owned by
 * the drain.
 */
public final class Cursor {

    /** The last event sent; {@code null} for a client that wants all that is retained and has seen nothing yet. */
    @Nullable
    EventId after;

    /** The place in the feed's window that comes next, or {@link EventWindow#NOWHERE}. */
    long place = EventWindow.NOWHERE;

    /** Live-only events before this place are not for this client: they were sent before it came. */
    long liveFrom;

    /** Whether the client wants what comes from now on, and what now is has not been fixed yet. */
    boolean now;

    /** For a client that wants the newest events, as long as it is not known where they begin. */
    @Nullable
    TailSearch search;

    /** Whether what comes next was not in the window when it was last asked for, so that the journal has to be. */
    boolean behind;

    private boolean arrived;

    private Cursor(@Nullable EventId after, boolean now) {
        this.after = after;
        this.now = now;
    }

    /** At the beginning of all that is retained. */
    public static Cursor atBeginning() {
        return new Cursor(null, false);
    }

    /** Behind this event. */
    public static Cursor after(EventId id) {
        return new Cursor(id, false);
    }

    /** Behind all there is at the moment at which the feed first sees it. */
    public static Cursor atNow() {
        return new Cursor(null, true);
    }

    /**
     * In front of the newest events of all there are at the moment at which the feed first sees it.
     *
     * @param events how many; at least 1
     * @param filter which are counted; {@code null} for all
     */
    public static Cursor atTail(int events, @Nullable EventFilter filter) {
        Cursor cursor = new Cursor(null, false);
        cursor.search = new TailSearch(events, filter);
        return cursor;
    }

    /** Whether it is not known yet where it stands, and the journal is being searched for it. */
    public boolean isSearching() {
        return search != null;
    }

    /** Whether the journal has to be read for it: what comes next was not in the window when it was last asked for. */
    public boolean isBehind() {
        return behind;
    }

    /** The event behind which it stands; {@code null} if it has not been placed yet, or stands at the beginning. */
    public @Nullable EventId position() {
        return now || search != null ? null : after;
    }

    /** Notes the place at which the client came, once. */
    void arrive(long end) {
        if (!arrived) {
            arrived = true;
            liveFrom = end;
        }
    }
}
