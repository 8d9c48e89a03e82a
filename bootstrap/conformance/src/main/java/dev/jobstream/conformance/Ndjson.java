package dev.jobstream.conformance;

import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The stream as a line an event. */
final class Ndjson {

    private static final String LINES =
            "answers with an envelope a line, control events included; an empty line is the heartbeat";

    private Ndjson() {}

    static Section section() {
        return new Section(
                "NDJSON",
                "NDJSON",
                List.of(
                        Check.of("writes an envelope a line, of the same id, type and data", LINES, Ndjson::lines),
                        Check.of(
                                "writes it where it has the greatest weight",
                                "by the weights of RFC 9110",
                                Ndjson::weights),
                        Check.waiting("sends an empty line to who is idle", LINES, Ndjson::beats),
                        Check.of(
                                "tells the position in a first line",
                                "Where a position is to be told the first line is `stream.position`.",
                                Ndjson::position),
                        Check.of("resumes after an id", "Statuses are the event stream's", Ndjson::resumes),
                        Check.of("writes the example job as docs/wire has it", LINES, Example::asLines)));
    }

    private static void lines(Probe probe) {
        String job = probe.job();
        Lines lines = probe.lines(job, "");
        probe.publish(job, Event.job(Event.output("é🚀\n"), new Event("x.y", "{ \"n\" : 1.10 }")));
        List<Block> events = probe.watch(job, "").toEnd();
        List<Json> envelopes = lines.toEnd();
        same(events, envelopes);
    }

    /** Envelopes as event streams have them. */
    static void same(List<Block> events, List<Json> envelopes) {
        Expect.same(
                "envelope",
                events.stream()
                        .map(block -> block.id() + " " + block.event() + " " + block.body())
                        .toList(),
                envelopes.stream().map(Ndjson::told).toList());
    }

    private static String told(Json envelope) {
        Json data = envelope.member("data");
        return envelope.stringOf("id") + " " + envelope.stringOf("event") + " " + (data == null ? "" : data.text());
    }

    private static void weights(Probe probe) {
        probe.lines(probe.job(), "");
        for (String accept : List.of(
                "application/x-ndjson, */*;q=0.5",
                "text/event-stream;q=0.2, application/x-ndjson;q=0.8",
                "text/event-stream;q=0, application/x-ndjson")) {
            Answer answer = probe.get(probe.job(), "", "Accept: " + accept);
            Expect.equal("status", 200, answer.status());
            String type = answer.header("Content-Type");
            Expect.that(
                    type != null && Expect.mediaType(type).equals(Probe.NDJSON), Probe.NDJSON + " for " + accept, type);
        }
    }

    private static void beats(Probe probe) throws TimeoutException {
        Lines lines = probe.lines(probe.job(), "");
        Expect.equal("a heartbeat as", "", lines.next(probe.options().heartbeat()));
        Expect.equal("a heartbeat as", "", lines.next(probe.options().heartbeat()));
    }

    private static void position(Probe probe) {
        String job = probe.job();
        probe.publish(job, Event.output("before"));
        String id = probe.watch(job, "").event("the event").id();
        Json first = probe.lines(job, "from=now").envelope();
        if (first == null) {
            throw new Failure("a first line", "the end of the stream");
        }
        Expect.equal("data.id", id, positionOf(first));
    }

    /** The id that an envelope tells a client to go on after. */
    static @Nullable String positionOf(Json envelope) {
        Expect.equal("event", "stream.position", envelope.stringOf("event"));
        Expect.that(envelope.member("id") == null, "no id at a control event", envelope.text());
        Json data = envelope.member("data");
        return data == null ? null : data.stringOf("id");
    }

    private static void resumes(Probe probe) {
        String job = probe.job();
        probe.publish(job, Event.job(Event.outputs(0, 4).toArray(Event[]::new)));
        List<Block> all = probe.watch(job, "").toEnd();
        same(
                all.subList(2, all.size()),
                probe.lines(job, "", "Last-Event-ID: " + all.get(1).id()).toEnd());
        Answer over = probe.get(
                job,
                "",
                "Accept: " + Probe.NDJSON,
                "Last-Event-ID: " + all.get(all.size() - 1).id());
        Expect.equal("status after the end", 204, over.status());
    }
}
