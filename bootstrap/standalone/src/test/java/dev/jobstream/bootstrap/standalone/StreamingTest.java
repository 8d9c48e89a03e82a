package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.StreamedPost;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a watcher sees of the standalone server: the same on every transport. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StreamingTest {

    private final RunningServer server = start();

    abstract RunningServer start();

    RunningServer server() {
        return server;
    }

    @AfterAll
    void stop() {
        server.close();
    }

    String newJob() {
        return "job-" + UUID.randomUUID();
    }

    EventId publish(String job, String type, String json) {
        return server.publisher().publish(new JobId(job), NewEvent.of(type, json));
    }

    @Test
    void aLateJoinerSeesTheWholeLifeAndACleanEnd() throws IOException {
        String job = newJob();
        EventId first = publish(job, "job.started", "{\"n\":1}");
        EventId second = publish(job, "step.output", "{\"n\":2}");
        EventId third = publish(job, "job.completed", "{\"n\":3}");
        try (SseClient client = server.watch(job)) {
            assertThat(client.header("Content-Type")).containsExactly("text/event-stream;charset=UTF-8");
            assertThat(client.header("Cache-Control")).containsExactly("no-store, no-transform");
            assertThat(client.header("X-Accel-Buffering")).containsExactly("no");
            assertThat(client.toEnd())
                    .extracting(Event::id, Event::type, Event::data)
                    .containsExactly(
                            Tuple.tuple(first.toString(), "job.started", "{\"n\":1}"),
                            Tuple.tuple(second.toString(), "step.output", "{\"n\":2}"),
                            Tuple.tuple(third.toString(), "job.completed", "{\"n\":3}"));
        }
    }

    @Test
    void whatAPublisherStreamsIsWatchedAsItComes() throws IOException {
        String job = newJob();
        try (SseClient client = server.watch(job);
                StreamedPost post = StreamedPost.begin(
                        server.port(),
                        "/runner-jobs/" + job + "/events/stream?stepId=build",
                        "Content-Type: text/plain",
                        "Authorization: Bearer " + RunningServer.token())) {
            post.write("compiling\n");
            assertThat(client.next()).extracting(Event::data).isEqualTo(output("compiling"));
            post.write("testing\n");
            Event last = client.next();
            assertThat(last).extracting(Event::data).isEqualTo(output("testing"));

            StreamedPost.Answer answer = post.end();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"appended\":2,\"lastId\":\"" + last.id() + "\"}");
        }
    }

    private static String output(String line) {
        return "{\"stepId\":\"build\",\"chunk\":\"" + line + "\\n\"}";
    }

    @Test
    void headersLeaveBeforeThereIsAnyEvent() throws IOException {
        String job = newJob();
        try (SseClient client = server.watch(job)) {
            assertThat(client.status()).isEqualTo(200);
            client.awaitComment();
            EventId id = publish(job, "job.cancelled", "{}");
            assertThat(client.toEnd()).extracting(Event::id).containsExactly(id.toString());
        }
    }

    @Test
    void fromNowSeesOnlyWhatComes() throws IOException {
        String job = newJob();
        publish(job, "step.output", "{\"n\":1}");
        try (SseClient client = server.watch(job + "?from=now")) {
            publish(job, "step.output", "{\"n\":2}");
            publish(job, "job.failed", "{\"n\":3}");
            assertThat(client.toEnd()).extracting(Event::data).containsExactly("{\"n\":2}", "{\"n\":3}");
        }
    }

    @Test
    void resumesStrictlyAfterTheIdAndTheHeaderWins() throws IOException {
        String job = newJob();
        EventId first = publish(job, "step.output", "{\"n\":1}");
        EventId second = publish(job, "step.output", "{\"n\":2}");
        publish(job, "job.completed", "{\"n\":3}");
        try (SseClient client = server.watch(job, "Last-Event-ID: " + first)) {
            assertThat(client.toEnd()).extracting(Event::data).containsExactly("{\"n\":2}", "{\"n\":3}");
        }
        try (SseClient client = server.watch(job + "?lastEventId=" + first, "Last-Event-ID: " + second)) {
            assertThat(client.toEnd()).extracting(Event::data).containsExactly("{\"n\":3}");
        }
    }

    @Test
    void resumingAtTheTerminalEventAnswers204() throws IOException {
        String job = newJob();
        publish(job, "step.output", "{}");
        EventId last = publish(job, "job.completed", "{}");
        try (SseClient client = server.watch(job, "Last-Event-ID: " + last)) {
            assertThat(client.status()).isEqualTo(204);
        }
        try (SseClient client = server.watch(job, "Last-Event-ID: " + new EventId(last.time() + 1, 0))) {
            assertThat(client.status()).isEqualTo(204);
        }
    }

    @Test
    void resumingAtAnIdThatIsNotKnownTellsOfAGap() throws IOException {
        String job = newJob();
        publish(job, "step.output", "{\"n\":1}");
        EventId second = publish(job, "job.completed", "{\"n\":2}");
        try (SseClient client = server.watch(job, "Last-Event-ID: 17-4")) {
            List<Event> events = client.toEnd();
            assertThat(events.get(0).type()).isEqualTo("stream.gap");
            assertThat(events.get(0).id()).isNull();
            assertThat(events.get(0).data()).startsWith("{\"after\":\"17-4\",\"resumesAt\":\"");
            assertThat(events.get(2).id()).isEqualTo(second.toString());
        }
    }

    @Test
    void refusesMalformedAndOverlongIds() throws IOException {
        for (String id : List.of("x", "1", "1-", "-1", "1-2-3", "01-1", "1-1 ", "9".repeat(60) + "-0", "1-%0a1")) {
            try (SseClient client = server.watch(newJob() + "?lastEventId=" + id.replace(" ", "%20"))) {
                assertThat(client.status()).as(id).isEqualTo(400);
                assertThat(client.header("Content-Type")).containsExactly("application/problem+json");
            }
        }
    }

    @Test
    void dataComesByteForByte() throws IOException {
        String job = newJob();
        List<String> data = List.of(
                "{\"rocket\":\"🚀\",\"separator\":\"\u2028\",\"nul\":\"\\u0000\"}",
                "{\"max\":9223372036854775807,\"big\":1e400,\"exact\":1.10,\"z\":1,\"a\":2}",
                "{ \"nested\" : { \"a\" : [ { \"b\" : [ [ ] , { } ] } ] } }",
                "{\"chunk\":\"" + "x".repeat(200 * 1024) + "\"}");
        for (String json : data) {
            publish(job, "step.output", json);
        }
        publish(job, "job.completed", "{}");
        try (SseClient client = server.watch(job)) {
            List<Event> events = client.toEnd();
            assertThat(events.subList(0, data.size())).extracting(Event::data).containsExactlyElementsOf(data);
        }
    }

    @Test
    void publishesOverHttpAllOrNone() throws Exception {
        String job = newJob();
        assertThat(server.post(
                                job,
                                "application/json",
                                "[{\"event\":\"step.output\",\"data\":{}},{\"event\":\"stream.x\",\"data\":{}}]")
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.post(
                                job,
                                "application/x-ndjson",
                                "{\"event\":\"step.output\",\"data\":{\"n\":1}}\n{\"event\":\"job.completed\",\"data\":{}}\n")
                        .statusCode())
                .isEqualTo(201);
        assertThat(server.post(job, "application/json", "{\"event\":\"step.output\",\"data\":{}}")
                        .statusCode())
                .isEqualTo(409);
        try (SseClient client = server.watch(job)) {
            assertThat(client.toEnd()).extracting(Event::type).containsExactly("step.output", "job.completed");
        }
    }
}
