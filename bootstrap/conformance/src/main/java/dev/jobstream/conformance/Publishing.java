package dev.jobstream.conformance;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Events over HTTP, all of a request or none. */
final class Publishing {

    private static final String CREATED =
            "`201` with `{\"ids\":[…]}` once the events are in the journal and on the channel";
    private static final String NAMES =
            "`event` is 1 to 64 characters, lower-case words (`a-z 0-9 _`) with dots between them; `stream.*` is reserved.";
    private static final String LIMITS = "A request has at most 1,000 events and 4 MiB.";
    private static final String REPEATED =
            "a request that repeats a key of the job appends nothing and gets the first answer";

    private static final int MOST_ATTEMPTS = 5;

    private Publishing() {}

    static Section section() {
        return new Section(
                "Publishing",
                "Publishing",
                List.of(
                        Check.of("answers an event with 201 and its id", CREATED, probe -> {
                            taken(probe, Probe.JSON, Event.output("1").envelope(), 1);
                        }),
                        Check.of("takes an array", CREATED, probe -> {
                            String two = Event.output("1").envelope() + " , "
                                    + Event.output("2").envelope();
                            taken(probe, Probe.JSON, "[ " + two + " ]", 2);
                        }),
                        Check.of("takes NDJSON", "`application/x-ndjson`: one a line", probe -> {
                            String two = Event.output("1").envelope() + "\n"
                                    + Event.output("2").envelope();
                            taken(probe, Probe.NDJSON, two + "\n", 2);
                        }),
                        Check.of("appends all of a request or none", "all of a request or none", Publishing::allOrNone),
                        Check.of("refuses what is malformed", "400 malformed", Publishing::malformed),
                        Check.of("refuses bad and reserved types", NAMES, Publishing::types),
                        Check.of("refuses data that is no object", "`data` is a JSON object", Publishing::data),
                        Check.of(
                                "takes a terminal event as the last alone",
                                "A terminal event must be the last.",
                                probe -> refused(
                                        probe,
                                        400,
                                        "[" + Event.COMPLETED.envelope() + ","
                                                + Event.output("1").envelope() + "]")),
                        Check.of("answers 409 after the end", "409 after the job's terminal event", probe -> {
                            String job = probe.job();
                            probe.publish(job, Event.COMPLETED);
                            refused(
                                    probe,
                                    job,
                                    409,
                                    Probe.JSON,
                                    Event.output("1").envelope());
                        }),
                        Check.of(
                                "answers 413 to a large event",
                                "a JSON object of at most `jobstream.max-event-size` (256 KB)",
                                probe -> refused(
                                        probe,
                                        413,
                                        Event.output("x".repeat(300 * 1024)).envelope())),
                        Check.of("answers 413 to too many events", LIMITS, Publishing::tooMany),
                        Check.of("answers 413 to a large request", LIMITS, Publishing::tooLarge),
                        Check.of(
                                "answers 415 to another content type",
                                "400, 401 (with `WWW-Authenticate: Bearer`), 403, 404, 405, 406, 408, 409, 413, 415",
                                probe -> refused(
                                        probe,
                                        probe.job(),
                                        415,
                                        Probe.TEXT,
                                        Event.output("1").envelope())),
                        Check.of("appends once what is sent twice with a key", REPEATED, Publishing::repeated),
                        Check.of(
                                "answers 422 to a key with other events",
                                "With other events than the first time it gets 422.",
                                Publishing::otherEvents),
                        Check.of(
                                "refuses a malformed key",
                                "1 to 128 visible ASCII characters",
                                Publishing::malformedKey),
                        Check.of("answers 401 to a publisher without a token", "none or a bad one: 401", probe -> {
                            if (probe.options().publishToken() == null) {
                                throw new Skipped("no token: the server is asked without one");
                            }
                            taken(probe, Probe.JSON, Event.output("1").envelope(), 1);
                            Expect.problem(
                                    probe.send(probe.server()
                                            .anonymous(probe.server().events(probe.job()))
                                            .header("Content-Type", Probe.JSON)
                                            .POST(BodyPublishers.ofString("{}"))),
                                    401);
                        })));
    }

    private static Answer post(Probe probe, String job, String contentType, String body, @Nullable String key) {
        if (probe.options().publishAs() == Options.PublishAs.DATA) {
            throw new Skipped("it takes data alone");
        }
        Answer answer = key == null
                ? probe.post(job, contentType, body)
                : probe.post(job, contentType, body, "Idempotency-Key: " + key);
        if (Server.isNotThere(answer.status())) {
            throw new Skipped("no publishing: " + answer.status());
        }
        return answer;
    }

    private static List<String> taken(Probe probe, String contentType, String body, int number) {
        String job = probe.job();
        List<String> ids = created(post(probe, job, contentType, body, null));
        Expect.equal("ids", number, ids.size());
        List<Block> seen = probe.watch(job, "").events(number);
        Expect.same(
                "id",
                ids,
                seen.stream().map(block -> String.valueOf(block.id())).toList());
        return ids;
    }

    private static List<String> created(Answer answer) {
        Expect.equal("status", 201, answer.status());
        Json ids = answer.json().member("ids");
        Expect.that(ids != null && ids.isArray(), "a member ids, an array", answer.status());
        return Probe.strings(Objects.requireNonNull(ids));
    }

    private static void refused(Probe probe, int status, String body) {
        refused(probe, probe.job(), status, Probe.JSON, body);
    }

    /**
     * A server may refuse a body before it has come, and close the connection: then the answer may be lost on its way, and is
     * asked for again (RFC 9112, 9.6).
     */
    private static void refused(Probe probe, String job, int status, String contentType, String body) {
        for (int attempt = 1; ; attempt++) {
            try {
                Expect.problem(post(probe, job, contentType, body, null), status);
                return;
            } catch (Failure e) {
                if (!e.isLost() || attempt == MOST_ATTEMPTS) {
                    throw e.on(Expect.show(body));
                }
            }
        }
    }

    private static void allOrNone(Probe probe) {
        String job = probe.job();
        String good = Event.output("1").envelope();
        refused(probe, job, 400, Probe.JSON, "[" + good + ",{\"event\":\"Bad\",\"data\":{}}]");
        refused(probe, job, 400, Probe.NDJSON, good + "\nnonsense\n");
        Event event = Event.output("2");
        probe.publish(job, event);
        Expect.equal(
                "data of the first event",
                event.data(),
                probe.watch(job, "").event("an event").body());
    }

    private static void malformed(Probe probe) {
        for (String body : List.of(
                "",
                "{",
                "[]",
                "nonsense",
                "{\"event\":\"step.output\"}",
                "{\"data\":{}}",
                "{\"event\":\"step.output\",\"data\":{}} x",
                "{\"event\":\"step.output\",\"data\":{\"n\":01}}",
                "{\"event\":\"step.output\",\"data\":{\"n\":\"\t\"}}")) {
            refused(probe, 400, body);
        }
    }

    private static void types(Probe probe) {
        for (String type : List.of(
                "stream.gap",
                "stream.other",
                "",
                "Bad",
                "a b",
                "a..b",
                ".a",
                "a.",
                "a-b",
                "a\\nid: 1",
                "\\u00e9",
                "a".repeat(65))) {
            refused(probe, 400, "{\"event\":\"" + type + "\",\"data\":{}}");
        }
        refused(probe, 400, "{\"event\":7,\"data\":{}}");
    }

    private static void data(Probe probe) {
        for (String data : List.of("[]", "\"x\"", "7", "null", "true")) {
            refused(probe, 400, "{\"event\":\"step.output\",\"data\":" + data + "}");
        }
    }

    private static void tooMany(Probe probe) {
        List<String> envelopes = new ArrayList<>(
                Event.outputs(0, 1_000).stream().map(Event::envelope).toList());
        Expect.equal(
                "ids",
                1_000,
                created(post(probe, probe.job(), Probe.JSON, "[" + String.join(",", envelopes) + "]", null))
                        .size());
        envelopes.add(Event.output("one more").envelope());
        refused(probe, 413, "[" + String.join(",", envelopes) + "]");
    }

    private static void tooLarge(Probe probe) {
        // Some KB more than may be: what is far beyond is often cut off, and the answer with it.
        String large = Event.output("x".repeat(205 * 1024)).envelope();
        List<String> envelopes = Collections.nCopies(20, large);
        refused(probe, 413, "[" + String.join(",", envelopes) + "]");
    }

    private static void repeated(Probe probe) {
        String job = probe.job();
        String body =
                "[" + Event.output("1").envelope() + "," + Event.output("2").envelope() + "]";
        List<String> first = created(post(probe, job, Probe.JSON, body, "key-1"));
        List<String> second = created(post(probe, job, Probe.JSON, body, "key-1"));
        Expect.same("id", first, second);
        probe.publish(job, Event.COMPLETED);
        Expect.same("id, after the end, too", first, created(post(probe, job, Probe.JSON, body, "key-1")));
        Expect.equal("events", 3, probe.watch(job, "").toEnd().size());
    }

    private static void otherEvents(Probe probe) {
        String job = probe.job();
        created(post(probe, job, Probe.JSON, Event.output("1").envelope(), "key"));
        Expect.problem(post(probe, job, Probe.JSON, Event.output("2").envelope(), "key"), 422);
    }

    private static void malformedKey(Probe probe) {
        for (String key : List.of("k".repeat(129), "two words")) {
            Expect.problem(
                    post(probe, probe.job(), Probe.JSON, Event.output("1").envelope(), key), 400);
        }
    }
}
