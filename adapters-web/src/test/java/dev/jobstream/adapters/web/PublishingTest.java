package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.tools.RawHttp;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PublishingTest {

    private static TestServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<JobEvent> retained(String job) {
        return server.transport.readAfter(new JobId(job), EventId.NONE, 1_000).events();
    }

    private static String path(String job) {
        return "/runner-jobs/" + job + "/events";
    }

    private static void assertCreated(HttpResponse<String> response, String job) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        String ids = String.join(
                ",",
                retained(job).stream()
                        .map(event -> "\"" + event.journaledId() + "\"")
                        .toList());
        assertThat(response.body()).isEqualTo("{\"ids\":[" + ids + "]}");
    }

    @Test
    void takesOneEvent() {
        String data = "{ \"chunk\" : \"🚀\\u0000\", \"n\":1e400,\"z\":1,\"a\":2}";
        HttpResponse<String> response =
                client.post(path("one"), "application/json", "{\"data\":" + data + ",\"event\":\"step.output\"}");
        assertCreated(response, "one");
        assertThat(retained("one")).singleElement().satisfies(event -> {
            assertThat(event.type().name()).isEqualTo("step.output");
            assertThat(event.data()).hasToString(data);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json", "application/json;charset=UTF-8", "Application/JSON; charset=\"utf-8\""})
    void takesAnArray(String contentType) {
        String job = "array" + contentType.length();
        assertCreated(
                client.post(
                        path(job),
                        contentType,
                        "[{\"event\":\"step.started\",\"data\":{\"n\":1}},\n"
                                + " {\"event\":\"step.completed\",\"data\":{\"n\":2}}]"),
                job);
        assertThat(retained(job)).extracting(e -> e.data().toString()).containsExactly("{\"n\":1}", "{\"n\":2}");
    }

    @Test
    void takesALineForEachEvent() {
        assertCreated(
                client.post(
                        path("lines"),
                        "application/x-ndjson",
                        "\n{\"event\":\"step.started\",\"data\":{\"n\":1}}\r\n \t\r\n\n"
                                + "{\"event\":\"step.completed\",\"data\":{\"n\":2}}"),
                "lines");
        assertThat(retained("lines")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "application/json | | malformed JSON",
                "application/json | [] | at least one",
                "application/json | {\"event\":\"step.output\"} | 'data' is missing",
                "application/json | {\"event\":\"step.output\",\"data\":[]} | data must be a JSON object",
                "application/json | {\"event\":\"step.output\",\"data\":{}} x | malformed JSON at byte",
                "application/json | {\"event\":\"stream.gap\",\"data\":{}} | reserved",
                "application/json | {\"event\":\"Bad Name\",\"data\":{}} | lower-case words",
                "application/json | {\"event\":\"a\\nid: 1\",\"data\":{}} | lower-case words",
                "application/json | {\"event\":\"a\\r\\ndata: x\",\"data\":{}} | lower-case words",
                "application/json | {\"event\":\"a\\u0085b\",\"data\":{}} | lower-case words",
                "application/json | {\"event\":\"job.failed\",\"data\":{}},{\"event\":\"a\",\"data\":{}} | malformed",
                "application/json | [{\"event\":\"job.failed\",\"data\":{}},{\"event\":\"a\",\"data\":{}}] | must be the last",
                "application/x-ndjson | {\"event\":\"a\",\"data\":{}} x | line 1: malformed JSON",
                "application/x-ndjson | [{\"event\":\"a\",\"data\":{}},{\"event\":\"b\",\"data\":{}}] | line 1: expected one",
            })
    void saysWhatIsWrongWithABody(String contentType, String body, String detail) {
        HttpResponse<String> response = client.post(path("wrong"), contentType, body == null ? "" : body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(detail);
        assertThat(retained("wrong")).isEmpty();
    }

    @Test
    void takesAllOrNone() {
        HttpResponse<String> response = client.post(
                path("none"),
                "application/x-ndjson",
                "{\"event\":\"a\",\"data\":{}}\n{\"event\":\"b\",\"data\":{}}\n\n{\"event\":\"c\"}\n");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("line 4: member 'data' is missing");
        assertThat(retained("none")).isEmpty();
    }

    @Test
    void takesNoRawLineBreakInAString() {
        byte[] body =
                "{\"event\":\"step.output\",\"data\":{\"chunk\":\"a\n\nid: 1-1\"}}".getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> response = client.send(client.request(path("raw"), "Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(retained("raw")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json;charset=ISO-8859-1",
                "application/json;charset=utf-16",
                "application/json;charset=unheard-of",
                "application/x-www-form-urlencoded",
                "text/plain",
                "application/cbor",
                "nonsense"
            })
    void takesNothingElse(String contentType) {
        HttpResponse<String> response =
                client.post(path("types"), contentType, "{\"event\":\"step.output\",\"data\":{}}");
        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.headers().allValues("Accept")).containsExactly("application/json, application/x-ndjson");
        assertThat(retained("types")).isEmpty();
    }

    @Test
    void takesNoTypelessAndNoCompressedBody() {
        assertThat(client.send(client.request(path("typeless"))
                                .POST(BodyPublishers.ofString("{\"event\":\"a\",\"data\":{}}"))
                                .build())
                        .statusCode())
                .isEqualTo(415);
        assertThat(client.send(client.request(
                                        path("gzip"), "Content-Type", "application/json", "Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofString("{\"event\":\"a\",\"data\":{}}"))
                                .build())
                        .statusCode())
                .isEqualTo(415);
    }

    /** White space around a valid event, so that nothing but the bound can refuse it. */
    private static byte[] padded(int size) {
        byte[] body = " ".repeat(size).getBytes(StandardCharsets.UTF_8);
        byte[] event = "{\"event\":\"step.output\",\"data\":{}}".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(event, 0, body, 0, event.length);
        return body;
    }

    @Test
    void takesFourMebibytesAndNotAByteMore() {
        int most = 4 * 1024 * 1024;
        for (boolean chunked : new boolean[] {false, true}) {
            for (int size : new int[] {most, most + 1}) {
                byte[] body = padded(size);
                HttpResponse<String> response =
                        client.send(client.request(path("bound"), "Content-Type", "application/json")
                                .POST(
                                        chunked
                                                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                                                : BodyPublishers.ofByteArray(body))
                                .build());
                assertThat(response.statusCode())
                        .as("%s bytes, chunked %s", size, chunked)
                        .isEqualTo(size == most ? 201 : 413);
            }
        }
    }

    @Test
    void refusesAnAnnouncedSizeBeforeItReadsTheBody() {
        assertThat(RawHttp.status(
                        server.port,
                        "POST " + path("announced") + " HTTP/1.1",
                        "Content-Type: application/json",
                        "Content-Length: 999999999999"))
                .isEqualTo(413);
    }

    @Test
    void sendsPublishersElsewhereWhenItStopsWhateverTheyHaveToSay() {
        try (TestServer stopping = TestServer.start()) {
            stopping.streams.shutDown();
            Client publisher = new Client(stopping);
            for (String body : List.of("{\"event\":\"a\",\"data\":{}}", "nonsense", "x".repeat(3 * 1024 * 1024))) {
                HttpResponse<String> response = publisher.post(path("late"), "application/json", body);
                assertThat(response.statusCode()).isEqualTo(503);
                assertThat(response.headers().firstValue("Retry-After")).isPresent();
                assertThat(response.body()).contains("this node is stopping");
            }
        }
    }

    @Test
    void takesNothingAfterTheTerminalEvent() {
        assertThat(client.post(path("ended"), "application/json", "{\"event\":\"job.failed\",\"data\":{}}")
                        .statusCode())
                .isEqualTo(201);
        HttpResponse<String> response =
                client.post(path("ended"), "application/json", "{\"event\":\"step.output\",\"data\":{}}");
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).contains("job ended has ended");
    }

    private static HttpResponse<String> once(String job, String body, String... keys) {
        var request = client.request(path(job), "Content-Type", "application/json");
        for (String key : keys) {
            request.header("Idempotency-Key", key);
        }
        return client.send(request.POST(BodyPublishers.ofString(body)).build());
    }

    @Test
    void appendsOnceWhatIsRepeatedWithItsKey() {
        String body = "[{\"event\":\"step.output\",\"data\":{\"n\":1}},{\"event\":\"job.completed\",\"data\":{}}]";
        HttpResponse<String> first = once("repeated", body, "build-7/1");
        assertCreated(first, "repeated");

        assertCreated(once("repeated", body, "build-7/1"), "repeated");
        HttpResponse<String> reused = once("repeated", "{\"event\":\"step.output\",\"data\":{\"n\":2}}", "build-7/1");

        assertThat(reused.statusCode()).isEqualTo(422);
        assertThat(reused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(once("repeated", body, "build-7/2").statusCode()).isEqualTo(409);
        assertThat(retained("repeated")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a\tb"})
    void refusesAKeyThatIsNone(String key) {
        HttpResponse<String> response = once("bad-key", "{\"event\":\"step.output\",\"data\":{}}", key);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("Idempotency-Key must be 1 to 128 visible ASCII characters");
        assertThat(retained("bad-key")).isEmpty();
    }

    @Test
    void refusesTwoKeysAndALongOne() {
        String body = "{\"event\":\"step.output\",\"data\":{}}";
        assertThat(once("keys", body, "one", "two").statusCode()).isEqualTo(400);
        assertThat(once("keys", body, "k".repeat(129)).statusCode()).isEqualTo(400);
        assertThat(once("keys", body, "k".repeat(128)).statusCode()).isEqualTo(201);
    }

    @Test
    void reachesThoseWhoWatch() {
        try (Client.Open stream = client.open(path("watched") + "/stream")) {
            stream.block();
            String body = "{\"event\":\"job.completed\",\"data\":{\"ok\":true}}";
            client.post(path("watched"), "application/json", body);
            assertThat(stream.rest()).endsWith("\nevent: job.completed\ndata: {\"ok\":true}\n\n");
        }
    }
}
