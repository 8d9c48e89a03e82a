package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a journal as it was found: an event, or what somebody else has written there.
 *
 * @param id {@code null} if it is beyond what an {@link EventId} can hold
 * @param prev the entry's own word on its predecessor; {@code null} if it has none that can be
 * @param type {@code null} if the entry is no event
 * @param data {@code null} if the entry is no event
 */
record JournalEntry(
        @Nullable EventId id,
        @Nullable EventId prev,
        @Nullable EventType type,
        @Nullable EventData data) {

    /** @param problem hears why the entry is no event */
    static JournalEntry of(String id, String event, byte[] data, String prev, Consumer<String> problem) {
        EventId position = null;
        EventId before = null;
        try {
            position = EventId.parse(id);
            before = predecessor(prev, position);
            EventType type = EventType.of(event);
            if (type.isReserved()) {
                throw new InvalidEventException("event '" + type + "' is reserved");
            }
            return new JournalEntry(position, before, type, EventData.parse(data));
        } catch (InvalidEventException e) {
            problem.accept(id + ": " + e.getMessage());
            return new JournalEntry(position, before, null, null);
        }
    }

    /** A malformed predecessor is as good as none: the event itself may be sound. */
    private static @Nullable EventId predecessor(String prev, EventId id) {
        try {
            EventId before = EventId.parse(prev);
            return id.isAfter(before) ? before : null;
        } catch (InvalidEventException e) {
            return null;
        }
    }

    boolean isEvent() {
        return type != null;
    }

    /** The event with this predecessor; {@code null} if the entry is none. */
    @Nullable
    JobEvent toEvent(EventId predecessor) {
        return id == null || type == null || data == null ? null : JobEvent.journaled(id, predecessor, type, data);
    }
}
