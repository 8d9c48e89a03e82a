package dev.jobstream.conformance;

import java.util.ArrayList;
import java.util.List;

/** How events are put into lines, as a parser of its own reads them. */
final class Framing {

    private static final String AS_IT_WAS =
            "`data` is what the publisher sent, byte for byte: key order, number text," + " escapes.";

    /** What somebody who reads JSON and writes it again does not leave as it was. */
    private static final List<String> TREACHEROUS = List.of(
            "{\"z\":1,\"a\":2,\"m\":{\"y\":1,\"b\":2}}",
            "{\"n\":[1.0,1.10,1e2,1E+2,-0,0.1e-7,12345678901234567890,1e400]}",
            "{\"s\":\"\\u00e9\\/\\u2028\\ud83d\\ude80\"}",
            "{\"s\":\"é🚀 data: x\\nid: 1\\n\\nevent: y\"}",
            "{\"s\":\"\u2028\u2029\u0085\"}",
            "{ \"a\" :\t[ ] }",
            "{\"a\":null,\"b\":{}}",
            "{}");

    private static final int LARGE = 200 * 1024;
    private static final int MANY = 500;

    private Framing() {}

    static Section section() {
        return new Section(
                "Framing",
                "Watching a job",
                List.of(
                        Check.of("ends lines in LF, in UTF-8 without BOM", "Lines end in LF", Framing::lineEnds),
                        Check.of(
                                "gives each event its id, its type and its data",
                                "Server-Sent Events carry its members as fields.",
                                Framing::fields),
                        Check.of("leaves data as it was published", AS_IT_WAS, Framing::untouched),
                        Check.of(
                                "keeps data on one line",
                                "A line break between JSON tokens has become a space, so `data` is always one line.",
                                Framing::oneLine),
                        Check.of("leaves a large event whole", AS_IT_WAS, Framing::large),
                        Check.of("leaves many events whole, wherever a chunk ends", AS_IT_WAS, Framing::manyOfAllSizes),
                        Check.of(
                                "passes on types that it does not know",
                                "Any other name is passed on.",
                                Framing::otherTypes),
                        Check.of("writes the example job as docs/wire has it", AS_IT_WAS, Example::asEvents)));
    }

    private static void lineEnds(Probe probe) {
        String job = probe.job();
        SseStream stream = probe.watch(job, "");
        probe.publish(job, Event.job(Event.output("a\r\nb\rc é 🚀")));
        stream.events(2);
        SseParser parser = stream.parser();
        Expect.that(!parser.sawBom(), "no byte order mark", "one");
        Expect.that(!parser.sawCr(), "lines that end in LF", "CR");
        Expect.that(!parser.sawMalformedText(), "UTF-8", "other bytes");
    }

    private static void fields(Probe probe) {
        String job = probe.job();
        SseStream stream = probe.watch(job, "");
        Event event = Event.output("fields");
        List<String> ids = probe.publish(job, event);
        Block block = stream.event("the event");
        Expect.equal("event:", event.type(), block.event());
        Expect.equal("data:", event.data(), block.body());
        String id = block.id();
        Expect.that(id != null && !id.isEmpty(), "an id:", id);
        if (!ids.isEmpty()) {
            Expect.equal("id:, as the publisher was told,", ids.get(0), id);
        }
    }

    private static void untouched(Probe probe) {
        List<Event> events = new ArrayList<>();
        TREACHEROUS.forEach(data -> events.add(new Event("step.output", data)));
        arrive(probe, events);
    }

    /** They arrive, as they are, at somebody who watches. */
    private static void arrive(Probe probe, List<Event> events) {
        String job = probe.job();
        SseStream stream = probe.watch(job, "");
        probe.publish(job, events);
        List<Block> seen = stream.events(events.size());
        Expect.same(
                "data",
                events.stream().map(Event::data).toList(),
                seen.stream().map(Block::body).toList());
        Expect.same(
                "event",
                events.stream().map(Event::type).toList(),
                seen.stream().map(Block::event).toList());
    }

    private static void oneLine(Probe probe) {
        String job = probe.job();
        SseStream stream = probe.watch(job, "");
        probe.publish(job, new Event("step.output", "{\n  \"a\": [\n1,\n2],\n\n  \"b\": \"x\"\n}"));
        Expect.equal(
                "data",
                "{   \"a\": [ 1, 2],    \"b\": \"x\" }",
                stream.event("the event").body());
        probe.publish(job, new Event("step.output", "{\r\n\"a\":\r1}"));
        String data = stream.event("the event").body();
        Expect.that(data.matches("\\{ {1,2}\"a\": 1}"), "line breaks that have become spaces", data);
    }

    private static void large(Probe probe) {
        arrive(probe, List.of(Event.output("é🚀x".repeat(LARGE / 16)), Event.output("after it")));
    }

    /** Lengths that differ put the ends of chunks and buffers into every place of a block. */
    private static void manyOfAllSizes(Probe probe) {
        List<Event> events = new ArrayList<>();
        for (int n = 0; n < probe.many(MANY); n++) {
            events.add(Event.output("é🚀".repeat(n % 97) + n));
        }
        arrive(probe, events);
    }

    private static void otherTypes(Probe probe) {
        arrive(
                probe,
                List.of(
                        new Event("x", "{}"),
                        new Event("my_tool.has_done.3_things", "{}"),
                        new Event("a".repeat(64), "{}"),
                        new Event("ai.tokens_used", "{\"input\":1}")));
    }
}
