package dev.jobstream.domain;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a job. A journaled event has an id and names its predecessor, so that a job's events form a
 * chain: whoever holds an event can tell whether the next one it sees is the next one there is. A live-only event, sent
 * past the journal, has neither and is delivered at most once.
 *
 * @param id position in the journal; {@code null} for a live-only event
 * @param prev id of the event before this one, {@link EventId#NONE} for a job's first; {@code null} for a live-only event
 * @param type what happened; never a reserved name
 * @param data the publisher's JSON object, or {@link EventData#LOST} where it is no longer to be had
 */
public record JobEvent(@Nullable EventId id, @Nullable EventId prev, EventType type, EventData data) {

    /** @throws InvalidEventException if the type is reserved, just one of id and prev is given, or id is not the later */
    public JobEvent {
        refuseReserved(type);
        Objects.requireNonNull(data);
        if ((id == null) != (prev == null)) {
            throw new InvalidEventException("id and prev go together");
        }
        if (id != null && prev != null && !id.isAfter(prev)) {
            throw new InvalidEventException("id " + id + " must come after prev " + prev);
        }
    }

    public static JobEvent journaled(EventId id, EventId prev, EventType type, EventData data) {
        return new JobEvent(id, prev, type, data);
    }

    public static JobEvent liveOnly(EventType type, EventData data) {
        return new JobEvent(null, null, type, data);
    }

    static void refuseReserved(EventType type) {
        if (type.isReserved()) {
            throw new InvalidEventException("event '" + type + "' is reserved");
        }
    }

    public boolean isLiveOnly() {
        return id == null;
    }

    /**
     * The id of an event that is known to be journaled.
     *
     * @throws IllegalStateException if it is live-only
     */
    public EventId journaledId() {
        if (id == null) {
            throw new IllegalStateException("a live-only event has no id");
        }
        return id;
    }

    /** Whether this is the last event of its job. */
    public boolean isTerminal() {
        return type.isTerminal();
    }
}
