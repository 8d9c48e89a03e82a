package dev.jobstream.adapters.web.publishing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.adapters.web.FuzzInput;
import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TooManyEventsException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bodies in JSON, and messages of the channel: taken where Jackson and docs/protocol.md find events in them, and the same ones. */
public final class EnvelopesFuzz {

    private static final Pattern TYPE = Pattern.compile("(?!stream\\.)[a-z0-9_]+(\\.[a-z0-9_]+)*");
    private static final int LONGEST_TYPE = 64;
    private static final JsonMapper STRICT = FuzzInput.JSON
            .rebuild()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private EnvelopesFuzz() {}

    /** A body. */
    public static void fuzzerTestOneInput(byte[] input) {
        List<NewEvent> ours;
        try {
            ours = EventEnvelope.parsePublication(input, 0, input.length);
        } catch (TooManyEventsException e) {
            return;
        } catch (InvalidEventException e) {
            if (theirs(input, STRICT) != null) {
                throw new AssertionError("refused", e);
            }
            return;
        }
        List<String> theirs = theirs(input, FuzzInput.JSON);
        FuzzInput.same(ours.stream().map(EnvelopesFuzz::told).toList(), theirs);
        EventCount count = new EventCount(false);
        FuzzInput.same(count.add(input, input.length), ours.size());
        for (NewEvent event : ours) {
            JobEvent live = JobEvent.liveOnly(event.type(), event.data());
            FuzzInput.same(EventEnvelope.receive(EventEnvelope.write(live)).event(), live);
            JobEvent kept = JobEvent.journaled(new EventId(7, -1), EventId.NONE, event.type(), event.data());
            String written = new String(EventEnvelope.write(kept), UTF_8);
            FuzzInput.same(
                    written,
                    "{\"id\":\"7-18446744073709551615\",\"event\":\"" + event.type() + "\",\"data\":" + event.data()
                            + "}");
        }
    }

    private static String told(NewEvent event) {
        return event.type() + " " + FuzzInput.tree(event.data().toString());
    }

    /** What Jackson finds; {@code null} if that are no events. */
    private static @Nullable List<String> theirs(byte[] input, JsonMapper jackson) {
        JsonNode tree;
        try {
            // Not from bytes, of which Jackson would guess the encoding.
            tree = FuzzInput.tree(
                    jackson, UTF_8.newDecoder().decode(ByteBuffer.wrap(input)).toString());
        } catch (CharacterCodingException | JacksonException e) {
            return null;
        }
        List<String> events = new ArrayList<>();
        for (JsonNode each : tree.isArray() ? tree : List.of(tree)) {
            if (!isEvent(each)) {
                return null;
            }
            events.add(each.get("event").asString() + " " + each.get("data"));
        }
        return events;
    }

    private static boolean isEvent(JsonNode node) {
        JsonNode event = node.get("event");
        return node.isObject()
                && event != null
                && event.isString()
                && event.asString().length() <= LONGEST_TYPE
                && TYPE.matcher(event.asString()).matches()
                && node.has("data")
                && node.get("data").isObject();
    }
}
