package dev.jobstream.conformance;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Publishing by a body that goes on. */
final class PublishingStreams {

    private static final String LINES = "each line is an event, and is appended as it comes";
    private static final int MOST_PARTS = 16;

    private PublishingStreams() {}

    static Section section() {
        return new Section(
                "Publishing as a stream",
                "Publishing as a stream",
                List.of(
                        Check.of("appends each line as it comes", LINES, PublishingStreams::lines),
                        Check.of(
                                "tells at the end how much it was",
                                "The end of the body is answered by `200` and",
                                PublishingStreams::end),
                        Check.of(
                                "makes output of text",
                                "what comes is `step.output` with `stepId` and `chunk`",
                                PublishingStreams::text),
                        Check.of(
                                "refuses a line that is no event, and keeps what came before",
                                "400 a line that is no event",
                                PublishingStreams::malformed),
                        Check.of("answers 415 to another content type", "408, 409, 413, 415", probe -> {
                            offered(probe);
                            Expect.problem(post(probe, probe.job(), "", "image/png", "x"), 415);
                        })));
    }

    /** A body whose parts are sent as they are added. A stream of the JDK's would be read ahead. */
    private static final class Body {

        private final SubmissionPublisher<ByteBuffer> parts;
        private final CountDownLatch awaited = new CountDownLatch(1);

        Body(Executor threads) {
            parts = new SubmissionPublisher<>(threads, MOST_PARTS);
        }

        HttpRequest.BodyPublisher publisher() {
            return BodyPublishers.fromPublisher(subscriber -> {
                parts.subscribe(subscriber);
                awaited.countDown();
            });
        }

        /** Waits until somebody sends them. */
        void add(String text, Duration patience) throws InterruptedException {
            Expect.that(awaited.await(patience.toMillis(), TimeUnit.MILLISECONDS), "a connection", "none");
            parts.submit(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }

        void end() {
            parts.close();
        }
    }

    private static URI uri(Probe probe, String job, String query) {
        return URI.create(probe.server().other(job, "/stream") + query);
    }

    private static Answer post(Probe probe, String job, String query, String type, String body) {
        return probe.send(probe.server().publication(uri(probe, job, query), type, body));
    }

    private static void offered(Probe probe) {
        if (!probe.options().publishes()) {
            throw new Skipped("--no-publish");
        }
        int status = post(probe, probe.job(), "", Probe.NDJSON, "").status();
        if (Server.isNotThere(status)) {
            throw new Skipped("not offered: " + status);
        }
    }

    private static void lines(Probe probe) throws InterruptedException {
        offered(probe);
        String job = probe.job();
        SseStream stream = probe.watch(job, "");
        Body body = new Body(probe.server().threads());
        HttpRequest.Builder request = probe.server()
                .publication(uri(probe, job, ""), Probe.NDJSON, "")
                .POST(body.publisher());
        CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(
                () -> probe.send(request), probe.server().threads());
        try {
            List<Event> events = Event.outputs(0, 3);
            for (Event event : events) {
                body.add(event.envelope() + "\n", probe.server().patience());
                Expect.equal(
                        "data",
                        event.data(),
                        stream.event("the event, before the body ends").body());
            }
        } finally {
            body.end();
        }
        try {
            told(answer.join(), 200, 3, stream.lastId());
        } catch (CompletionException e) {
            throw e.getCause() instanceof Failure failure ? failure : e;
        }
    }

    private static void told(Answer answer, int status, int appended, @Nullable String lastId) {
        Expect.equal("status", status, answer.status());
        if (status != 200) {
            String type = answer.header("Content-Type");
            Expect.that(
                    type != null && Expect.mediaType(type).equals("application/problem+json"),
                    "application/problem+json",
                    type);
        }
        Json told = answer.json();
        Json number = told.member("appended");
        Expect.equal("appended", String.valueOf(appended), number == null ? null : number.text());
        Expect.equal("lastId", lastId, told.stringOf("lastId"));
    }

    private static void end(Probe probe) {
        offered(probe);
        told(post(probe, probe.job(), "", Probe.NDJSON, ""), 200, 0, null);
        String job = probe.job();
        String body = Event.output("1").envelope() + "\n\n" + Event.COMPLETED.envelope();
        Answer answer = post(probe, job, "", Probe.NDJSON, body);
        told(answer, 200, 2, probe.watch(job, "").events(2).get(1).id());
    }

    private static void text(Probe probe) {
        offered(probe);
        String job = probe.job();
        String text = "one\ntwo é🚀\nthree";
        Answer answer = post(probe, job, "?stepId=test", "text/plain", text);
        Expect.equal("status", 200, answer.status());
        probe.publish(job, Event.COMPLETED);
        StringBuilder output = new StringBuilder();
        for (Block block : probe.watch(job, "").toEnd()) {
            Json data = Json.parse(block.body());
            if (block.event().equals("step.output")) {
                Expect.equal("stepId", "test", data.stringOf("stepId"));
                output.append(data.stringOf("chunk"));
            }
        }
        Expect.equal("output", text, output.toString());
        Expect.problem(post(probe, probe.job(), "", "text/plain", text), 400);
    }

    private static void malformed(Probe probe) {
        offered(probe);
        String job = probe.job();
        Answer answer = post(probe, job, "", Probe.NDJSON, Event.output("1").envelope() + "\nnonsense\n");
        told(answer, 400, 1, probe.watch(job, "").event("what came before").id());
    }
}
