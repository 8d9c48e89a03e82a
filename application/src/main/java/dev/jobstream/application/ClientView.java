package dev.jobstream.application;

import dev.jobstream.application.feed.Cursor;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import org.jspecify.annotations.Nullable;

/**
 * What one client is shown of a job's events, and what it knows of where it stands. A client that resumes by what it knows is
 * given again what was kept from it, so that it is told from time to time. Before the start its opener's, then the drain's.
 */
final class ClientView {

    private final Cursor cursor;
    private final @Nullable EventFilter filter;
    private final boolean fromBeginning;
    private @Nullable EventId known;
    private boolean due;

    ClientView(Cursor cursor, StreamRequest request) {
        this.cursor = cursor;
        this.filter = request.filter();
        this.fromBeginning = cursor.position() == null && !request.start().isRelative();
        this.due = filter != null || request.start().isRelative();
    }

    /** What the client is shown of these events; {@code null} for nothing. */
    @Nullable
    EventBatch of(EventBatch batch) {
        EventBatch shown = filter == null ? batch : batch.filtered(filter);
        if (shown.isSilent()) {
            return null;
        }
        EventId told = shown.told();
        if (told != null) {
            known = told;
            due = false;
        }
        return shown;
    }

    /**
     * The position that the client has to be told before anything else, once it is known; {@code null} for none. For who
     * begins at the beginning of all that is retained it is {@link EventId#NONE}.
     */
    @Nullable
    EventId takeFirst() {
        EventId position = due ? cursor.position() : null;
        if (due && position == null && fromBeginning) {
            position = EventId.NONE;
        }
        if (position != null) {
            known = position;
            due = false;
        }
        return position;
    }

    /** The position in place of a heartbeat, where it has moved on and the client does not know; {@code null} otherwise. */
    @Nullable
    EventId takeMoved() {
        EventId position = filter == null ? null : cursor.position();
        if (position == null || position.equals(known)) {
            return null;
        }
        known = position;
        return position;
    }
}
