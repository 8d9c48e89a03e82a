package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventId;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of a stream, and what of it a client asks for, on a host's Tomcat. */
@Timeout(30)
class FormatsTest {

    private static final String NDJSON = "application/x-ndjson";
    private static final String TEXT = "text/plain";

    private static TestServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        server = TestServer.start(TestServer.SETTINGS.withHeartbeat(Duration.ofMillis(400)));
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String path(String jobAndQuery) {
        int query = jobAndQuery.indexOf('?');
        return query < 0
                ? "/runner-jobs/" + jobAndQuery + "/events/stream"
                : "/runner-jobs/" + jobAndQuery.substring(0, query) + "/events/stream" + jobAndQuery.substring(query);
    }

    private static Client.Open open(String jobAndQuery, String accept) {
        return client.open(path(jobAndQuery), "Accept", accept);
    }

    /** The next line that is not a beat. */
    private static String next(Client.Open stream) {
        String line = stream.line();
        while (line.isEmpty()) {
            line = stream.line();
        }
        return line;
    }

    private static String envelope(EventId id, String type, String data) {
        return "{\"id\":\"" + id + "\",\"event\":\"" + type + "\",\"data\":" + data + "}";
    }

    private static String position(EventId id) {
        return "{\"event\":\"stream.position\",\"data\":{\"id\":\"" + id + "\"}}";
    }

    // ---- which form ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | text/event-stream;charset=UTF-8",
                "text/* | text/event-stream;charset=UTF-8",
                "text/event-stream | text/event-stream;charset=UTF-8",
                "application/x-ndjson | application/x-ndjson",
                "application/* | application/x-ndjson",
                "application/x-ndjson, */*;q=0.5 | application/x-ndjson",
                "text/plain | text/plain;charset=UTF-8",
                "text/plain;charset=utf-8 | text/plain;charset=UTF-8",
                "text/plain, text/event-stream;q=0.9 | text/plain;charset=UTF-8",
                "text/event-stream;q=0, text/* | text/plain;charset=UTF-8",
                "text/html, */*;q=0.8 | text/event-stream;charset=UTF-8"
            })
    void theClientSaysWhichFormItLikesBest(String accept, String type) {
        try (Client.Open stream = open("negotiated", accept)) {
            var headers = stream.response().headers();
            assertThat(headers.allValues("Content-Type")).containsExactly(type);
            assertThat(headers.allValues("Cache-Control")).containsExactly("no-store, no-transform");
            assertThat(headers.allValues("X-Accel-Buffering")).containsExactly("no");
            assertThat(headers.allValues("X-Content-Type-Options")).containsExactly("nosniff");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "image/*", "text/html", "text/plain;q=0"})
    void otherFormsAreNotToBeHad(String accept) {
        HttpResponse<String> response = client.get(path("negotiated"), "Accept", accept);

        assertThat(response.statusCode()).isEqualTo(406);
        assertThat(response.body()).contains("text/event-stream, application/x-ndjson, text/plain");
    }

    // ---- NDJSON ----

    @Test
    void aLineIsAnEnvelopeAndAnEmptyOneABeat() {
        try (Client.Open stream = open("lines", NDJSON)) {
            EventId first = server.publish("lines", "step.output", "{ \"b\":1.10,\"a\":\"\\u0000\u2028\" }");
            assertThat(next(stream))
                    .isEqualTo(envelope(first, "step.output", "{ \"b\":1.10,\"a\":\"\\u0000\u2028\" }"));
            assertThat(stream.line()).isEmpty();
            EventId last = server.publish("lines", "job.completed", "{}");
            String rest = stream.rest().strip();
            assertThat(rest).isEqualTo(envelope(last, "job.completed", "{}"));
        }
        assertThat(client.get(path("lines?from=now"), "Accept", NDJSON).statusCode())
                .isEqualTo(204);
    }

    @Test
    void theFirstLineTellsThePositionAndALastOneWhyTheStreamEnds() {
        EventId id = server.publish("told", "step.output", "{}");
        try (Client.Open stream = open("told?from=now", NDJSON)) {
            assertThat(next(stream)).isEqualTo(position(id));
            server.streams.revoke(request -> request.job().value().equals("told"));
            assertThat(stream.rest().strip())
                    .isEqualTo("{\"event\":\"stream.closing\",\"data\":{\"reason\":\"revoked\",\"reconnect\":false}}");
        }
    }

    @Test
    void aGapIsALine() {
        EventId id = server.publish("gappy", "step.output", "{}");
        try (Client.Open stream = open("gappy?lastEventId=1-1", NDJSON)) {
            assertThat(next(stream))
                    .isEqualTo("{\"event\":\"stream.gap\",\"data\":{\"after\":\"1-1\",\"resumesAt\":\"" + id + "\"}}");
            assertThat(next(stream)).isEqualTo(envelope(id, "step.output", "{}"));
        }
    }

    // ---- text ----

    @Test
    void theHeadersOfTextComeBeforeThereIsAByteAndNoBeatFollows() {
        try (Client.Open stream = open("quiet", TEXT)) { // Returns with the headers.
            assertThat(stream.response().statusCode()).isEqualTo(200);
            long beats = server.beats();
            await().until(() -> server.beats() >= beats + 3);
            server.publish("quiet", "step.started", "{\"chunk\":\"no\"}");
            server.publish("quiet", "step.output", "{\"chunk\":\"3 of 4\\r\"}");
            server.publish("quiet", "step.output", "{\"chunk\":[\"no\"]}");
            server.publish("quiet", "step.output", "{\"other\":\"no\"}");
            server.publish("quiet", "step.output", "{\"chunk\":\"\\u001b[32m✓\\u001b[0m \\ud83d\\n\"}");
            server.publish("quiet", "job.completed", "{\"chunk\":\"no\"}");
            assertThat(stream.rest()).isEqualTo("3 of 4\r\u001b[32m✓\u001b[0m \ufffd\n");
        }
    }

    @Test
    void textThatIsEndedSaysNothing() {
        server.publish("revoked", "step.output", "{\"chunk\":\"a\"}");
        try (Client.Open stream = open("revoked?lastEventId=1-1", TEXT)) {
            await().until(() -> server.streams.openStreams() > 0);
            assertThat(stream.bytes(1)).isEqualTo("a");
            server.streams.revoke(request -> request.job().value().equals("revoked"));
            assertThat(stream.rest()).isEmpty();
        }
    }

    @Test
    void aJobThatHasEndedIsNoContentForText() {
        EventId end = server.publish("over", "job.failed", "{}");

        HttpResponse<String> response = client.get(path("over?lastEventId=" + end), "Accept", TEXT);

        assertThat(response.statusCode()).isEqualTo(204);
    }

    @Test
    void aFilterWithoutOutputLeavesNothingOfText() {
        server.publish("nothing", "step.output", "{\"chunk\":\"a\"}");
        server.publish("nothing", "job.completed", "{}");

        HttpResponse<String> response = client.get(path("nothing?events=gate.*"), "Accept", TEXT);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(client.get(path("nothing?events=step.*"), "Accept", TEXT).body())
                .isEqualTo("a");
    }

    // ---- a part of it ----

    /** Five steps of three events each. */
    private static List<EventId> steps(String job) {
        List<EventId> ids = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            ids.add(server.publish(job, "step.started", "{}"));
            ids.add(server.publish(job, "step.output", "{\"chunk\":\"" + n + "\"}"));
            ids.add(server.publish(job, "step.completed", "{}"));
        }
        ids.add(server.publish(job, "job.completed", "{}"));
        return ids;
    }

    @Test
    void theNewestEventsThatPassAndThePositionBeforeThem() {
        List<EventId> ids = steps("steps");

        assertThat(client.get(path("steps?tail=3&events=step.output"), "Accept", TEXT)
                        .body())
                .as("of three the last is the end")
                .isEqualTo("34");
        assertThat(client.get(path("steps?tail=2&events=step.output,step.started"))
                        .body())
                .isEqualTo("retry: 3000\n: jobstream\nid: " + ids.get(12) + "\n\n" + "id: " + ids.get(13)
                        + "\nevent: step.output\ndata: {\"chunk\":\"4\"}\n\n" + "id: " + ids.get(15)
                        + "\nevent: job.completed\ndata: {}\n\n");
        assertThat(client.get(path("steps?tail=2&events=step.output,step.started"), "Accept", NDJSON)
                        .body()
                        .lines())
                .containsExactly(
                        position(ids.get(12)),
                        envelope(ids.get(13), "step.output", "{\"chunk\":\"4\"}"),
                        envelope(ids.get(15), "job.completed", "{}"));
    }

    @Test
    void whoComesBackGoesOnWhereItWasWhateverItsAddressRepeats() {
        List<EventId> ids = steps("back");

        assertThat(client.get(
                                path("back?tail=2&events=step.output"),
                                "Last-Event-ID",
                                ids.get(4).toString(),
                                "Accept",
                                NDJSON)
                        .body()
                        .lines()
                        .filter(line -> line.contains("chunk")))
                .hasSize(3);
    }

    @Test
    void aBeatTellsWhereAFilteredClientIs() {
        try (Client.Open stream = client.open(path("filtered?events=gate.*"))) {
            assertThat(stream.block()).startsWith("retry: ");
            EventId id = server.publish("filtered", "step.output", "{}");
            String block = stream.block();
            while (!block.startsWith("id: ")) {
                block = stream.block();
            }
            assertThat(block).isEqualTo("id: " + id + "\n\n");
            EventId gate = server.publish("filtered", "gate.passed", "{}");
            for (block = stream.block(); block.equals(":\n\n"); ) {
                block = stream.block();
            }
            assertThat(block).isEqualTo("id: " + gate + "\nevent: gate.passed\ndata: {}\n\n");
        }
    }
}
