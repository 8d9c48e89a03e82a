package dev.jobstream.domain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON form of an event, {@code {"id":"1764064812391-0","event":"step.output","data":{…}}}: a WebSocket message,
 * an NDJSON line, a Valkey message and a publish body are this envelope. {@code data} is passed through byte for byte.
 * Members may come in any order; unknown ones are ignored; a member given twice is refused.
 */
public final class EventEnvelope {

    /** The most events that a publisher hands in at once. */
    public static final int MAX_PUBLICATION = 1_000;

    private static final byte[] ID = ascii("{\"id\":\"");
    private static final byte[] EVENT_AFTER_ID = ascii("\",\"event\":\"");
    private static final byte[] EVENT = ascii("{\"event\":\"");
    private static final byte[] DATA = ascii("\",\"data\":");

    private EventEnvelope() {}

    /**
     * A message from the channel.
     *
     * @param event what it tells
     * @param journal which of the journals that share this channel the event is in, as its writer says; {@code null} if it does
     *     not, or the event is live-only
     */
    public record Received(JobEvent event, @Nullable String journal) {}

    /**
     * Reads a message from the channel. With both {@code id} and {@code prev} it is a journaled event, otherwise a live-only
     * one.
     *
     * @throws InvalidEventException if it is not an envelope or breaks the rules for an event
     */
    public static Received receive(byte[] json) {
        JsonScanner scanner = new JsonScanner(json, 0, json.length);
        scanner.skipSpace();
        Members members = members(scanner);
        scanner.end();
        if (members.id == null || members.prev == null) {
            return new Received(JobEvent.liveOnly(members.type(), members.data()), null);
        }
        JobEvent event = JobEvent.journaled(
                EventId.parse(members.id), EventId.parse(members.prev), members.type(), members.data());
        return new Received(event, members.journal);
    }

    /**
     * Reads what a publisher hands in: one envelope or an array of them. An {@code id} or {@code prev} is ignored, for the
     * journal gives them.
     *
     * @param from index of the first byte
     * @param to index behind the last byte
     * @throws TooManyEventsException as soon as there are more than {@link #MAX_PUBLICATION}
     * @throws InvalidEventException if it is neither, or if any event breaks the rules
     */
    public static List<NewEvent> parsePublication(byte[] json, int from, int to) {
        JsonScanner scanner = new JsonScanner(json, from, to);
        List<NewEvent> events = new ArrayList<>();
        scanner.skipSpace();
        if (!scanner.take('[')) {
            events.add(members(scanner).toNewEvent());
        } else {
            scanner.skipSpace();
            if (!scanner.take(']')) {
                do {
                    scanner.skipSpace();
                    if (events.size() == MAX_PUBLICATION) {
                        throw new TooManyEventsException();
                    }
                    events.add(members(scanner).toNewEvent());
                    scanner.skipSpace();
                } while (scanner.take(','));
                scanner.expect(']');
            }
        }
        scanner.end();
        return events;
    }

    /** The envelope as clients see it: without {@code prev}, and without {@code id} for a live-only event. */
    public static byte[] write(JobEvent event) {
        byte[] type = ascii(event.type().name());
        byte[] id = event.id() == null ? null : ascii(event.id().toString());
        int size = (id == null ? EVENT.length : ID.length + id.length + EVENT_AFTER_ID.length)
                + type.length
                + DATA.length
                + event.data().size()
                + 1;
        byte[] json = new byte[size];
        int at = 0;
        if (id == null) {
            at = put(EVENT, json, at);
        } else {
            at = put(ID, json, at);
            at = put(id, json, at);
            at = put(EVENT_AFTER_ID, json, at);
        }
        at = put(type, json, at);
        at = put(DATA, json, at);
        at = event.data().copyTo(json, at);
        json[at] = '}';
        return json;
    }

    private static int put(byte[] part, byte[] target, int at) {
        System.arraycopy(part, 0, target, at, part.length);
        return at + part.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Members members(JsonScanner scanner) {
        if (scanner.peek() != '{') {
            throw scanner.malformed("expected an event object");
        }
        scanner.expect('{');
        Members members = new Members();
        scanner.skipSpace();
        if (!scanner.take('}')) {
            do {
                scanner.skipSpace();
                if (scanner.peek() != '"') {
                    throw scanner.malformed("expected a member name");
                }
                String name = scanner.string();
                scanner.colon();
                members.read(name, scanner);
                scanner.skipSpace();
            } while (scanner.take(','));
            scanner.expect('}');
        }
        return members;
    }

    private static final class Members {
        private @Nullable String id;
        private @Nullable String prev;
        private @Nullable String event;
        private @Nullable EventData data;
        private @Nullable String journal;
        private int seen;

        void read(String name, JsonScanner scanner) {
            switch (name) {
                case "id" -> {
                    once(1, name);
                    id = scanner.stringOrSkip();
                }
                case "prev" -> {
                    once(2, name);
                    prev = scanner.stringOrSkip();
                }
                case "event" -> {
                    once(4, name);
                    event = scanner.stringOrSkip();
                    if (event == null) {
                        throw new InvalidEventException("event must be a string");
                    }
                }
                case "data" -> {
                    once(8, name);
                    if (scanner.peek() != '{') {
                        throw new InvalidEventException("data must be a JSON object");
                    }
                    data = scanner.object();
                }
                case "journal" -> {
                    once(16, name);
                    journal = scanner.stringOrSkip();
                }
                default -> scanner.skipValue();
            }
        }

        private void once(int bit, String name) {
            if ((seen & bit) != 0) {
                throw new InvalidEventException("member '" + name + "' is given twice");
            }
            seen |= bit;
        }

        EventType type() {
            if (event == null) {
                throw new InvalidEventException("member 'event' is missing");
            }
            return EventType.of(event);
        }

        EventData data() {
            if (data == null) {
                throw new InvalidEventException("member 'data' is missing");
            }
            return data;
        }

        NewEvent toNewEvent() {
            return new NewEvent(type(), data());
        }
    }
}
