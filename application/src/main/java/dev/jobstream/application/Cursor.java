package dev.jobstream.application;

import dev.jobstream.domain.EventId;
import org.jspecify.annotations.Nullable;

/**
 * Where a client stands in its job's events: the one thing that a stream holds of them. What counts is {@code after}; the
 * place in the window is only a short cut to it. Guarded by the feed's lock while it is being located, otherwise owned by
 * whoever drains.
 */
final class Cursor {

    /** The last event sent; {@code null} for a client that wants all that is retained and has seen nothing yet. */
    @Nullable
    EventId after;

    /** The place in the feed's window that comes next, or {@link EventWindow#NOWHERE}. */
    long place = EventWindow.NOWHERE;

    /** Live-only events before this place are not for this client: they were sent before it came. */
    long liveFrom;

    /** Whether the client wants what comes from now on, and what now is has not been fixed yet. */
    boolean now;

    /** Whether what comes next was not in the window when it was last asked for, so that the journal has to be. */
    boolean behind;

    private boolean joined;

    Cursor(StreamStart start) {
        after = start.after();
        now = start.isNow();
    }

    /** Notes the place at which the client came, once. */
    void join(long end) {
        if (!joined) {
            joined = true;
            liveFrom = end;
        }
    }
}
