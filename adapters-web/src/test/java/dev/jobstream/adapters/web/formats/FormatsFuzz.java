package dev.jobstream.adapters.web.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.adapters.web.FuzzInput;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.tools.SseParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;

/**
 * Events of any data: what goes into Server-Sent Events, NDJSON and text comes out through an independent parser, and nothing
 * else does: no field, no line, no event that nobody has published.
 */
public final class FormatsFuzz {

    private static final int BROKEN_CHAIN = 1;
    private static final int LIVE_ONLY = 2;

    private record Told(@Nullable String id, String event, String data) {}

    private final List<JobEvent> events = new ArrayList<>();
    private final List<Told> expected = new ArrayList<>();
    private final StringBuilder output = new StringBuilder();

    private FormatsFuzz() {}

    /** Pieces of an input: a byte of flags, a type up to a line break, data. What is no type or no data is made into some. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        FormatsFuzz fuzz = new FormatsFuzz();
        for (byte[] piece : FuzzInput.split(input, (byte) 0)) {
            fuzz.add(piece);
        }
        if (!fuzz.events.isEmpty()) {
            fuzz.check(input[0] & 0xff);
        }
    }

    private void add(byte[] piece) {
        if (piece.length == 0) {
            return;
        }
        int name = FuzzInput.split(piece, (byte) '\n').get(0).length;
        EventType type = type(name == 0 ? "" : new String(piece, 1, name - 1, UTF_8));
        append(piece[0], type, data(piece, Math.min(piece.length, name + 1)));
    }

    private void append(int flags, EventType type, EventData data) {
        EventId last = events.stream()
                .map(JobEvent::id)
                .filter(Objects::nonNull)
                .reduce((one, other) -> other)
                .orElse(EventId.NONE);
        String text = data.toString();
        if ((flags & LIVE_ONLY) != 0) {
            events.add(JobEvent.liveOnly(type, data));
            expected.add(new Told(null, type.name(), text));
        } else {
            EventId id = new EventId(last.time() + 2, last.sequence() * 31 + 1);
            boolean broken = (flags & BROKEN_CHAIN) != 0 && !last.equals(EventId.NONE);
            events.add(JobEvent.journaled(id, broken ? new EventId(last.time() + 1, 7) : last, type, data));
            if (broken) {
                expected.add(new Told(null, "stream.gap", "{\"after\":\"" + last + "\",\"resumesAt\":\"" + id + "\"}"));
            }
            expected.add(new Told(id.toString(), type.name(), text));
        }
        JsonNode chunk = FuzzInput.tree(text).get("chunk");
        if (type.name().equals("step.output") && chunk != null && chunk.isString()) {
            output.append(chunk.asString());
        }
    }

    private static EventType type(String name) {
        try {
            EventType type = EventType.of(name);
            return type.isReserved() ? EventType.of("step.output") : type;
        } catch (InvalidEventException e) {
            return EventType.of("step.output");
        }
    }

    private static EventData data(byte[] piece, int from) {
        try {
            return EventData.parse(piece, from, piece.length);
        } catch (InvalidEventException e) {
            String text = new String(piece, from, piece.length - from, UTF_8);
            return EventData.parse("{\"chunk\":\""
                    + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + "\"}");
        }
    }

    private void check(int place) {
        EventBatch batch = Objects.requireNonNull(EventBatch.of(null, new JournalPage(events, false, true)));
        sse(SseFormat.INSTANCE.encoder().apply(batch), place);
        ndjson(NdjsonFormat.INSTANCE.encoder().apply(batch));
        FuzzInput.same(
                new String(TextFormat.INSTANCE.encoder().apply(batch), UTF_8),
                output.toString().replaceAll("\\p{Cs}", "\uFFFD"));
    }

    private void sse(byte[] body, int place) {
        List<Told> told = new ArrayList<>();
        SseParser parser = new SseParser(new SseParser.Listener() {
            @Override
            public void event(SseParser event) {
                told.add(new Told(
                        event.id().isPresent() ? event.id().toString() : null,
                        event.type().toString(),
                        event.data().toString()));
            }

            @Override
            public void comment() {
                throw new AssertionError("a comment");
            }

            @Override
            public void retry(int millis) {
                throw new AssertionError("a retry");
            }

            @Override
            public void unknown(String line) {
                throw new AssertionError("a line that is no field: " + line);
            }
        });
        int cut = Math.min(place, body.length);
        parser.feed(body, 0, cut);
        parser.feed(body, cut, body.length);
        FuzzInput.same(parser.isInMidLine() || parser.hasCarriageReturns(), false);
        FuzzInput.same(told, expected);
    }

    private void ndjson(byte[] body) {
        List<Told> told = new ArrayList<>();
        for (byte[] line : FuzzInput.split(body, (byte) '\n')) {
            if (line.length == 0) {
                continue; // Behind the last line end.
            }
            String text = new String(line, UTF_8);
            JsonNode envelope = FuzzInput.tree(text);
            String id = envelope.has("id") ? envelope.get("id").asString() : null;
            String event = envelope.get("event").asString();
            FuzzInput.same(envelope.size(), id == null ? 2 : 3);
            // Its data as it stands there, which is what a reader of JSON must find in it.
            int from = text.indexOf("\"data\":") + "\"data\":".length();
            String data = text.substring(from, text.length() - 1);
            FuzzInput.same(FuzzInput.tree(data), envelope.get("data"));
            told.add(new Told(id, event, data));
        }
        FuzzInput.same(told, expected);
    }
}
