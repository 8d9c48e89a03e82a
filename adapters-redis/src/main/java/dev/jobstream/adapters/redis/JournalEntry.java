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
 * @param prev the entry's own word on its predecessor; {@code null} if it has none that can be
 * @param type {@code null} if the entry is no event
 * @param data {@link EventData#LOST} for a terminal event whose data cannot be delivered: the job has ended all the same
 */
record JournalEntry(
        EventId id, @Nullable EventId prev, @Nullable EventType type, EventData data) {

    /** @param problem hears why the entry cannot be delivered as it is */
    static JournalEntry of(String id, String event, byte[] data, String prev, Consumer<String> problem) {
        EventId position = EventId.parse(id);
        EventId before = predecessor(prev, position);
        EventType type = null;
        try {
            EventType named = EventType.of(event);
            if (named.isReserved()) {
                throw new InvalidEventException("event '" + named + "' is reserved");
            }
            type = named.isTerminal() ? named : null;
            EventData sound = EventData.parse(data);
            return new JournalEntry(position, before, named, sound);
        } catch (InvalidEventException e) {
            problem.accept(id + ": " + e.getMessage());
            return new JournalEntry(position, before, type, EventData.LOST);
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
        return type == null ? null : JobEvent.journaled(id, predecessor, type, data);
    }
}
