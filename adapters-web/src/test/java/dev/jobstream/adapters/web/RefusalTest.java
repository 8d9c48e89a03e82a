package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.RawHttp;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
class RefusalTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> ACCEPTS = List.of(
            "text/event-stream",
            "*/*",
            "text/*",
            "application/json",
            "application/problem+json",
            "application/x-ndjson",
            "text/plain",
            "text/html,application/xhtml+xml;q=0.9",
            "image/png",
            "nonsense");

    private static TestServer server;
    private static TestServer full;
    private static Client client;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        full = TestServer.start(TestServer.SETTINGS.withMaxStreams(1));
        client = new Client(server);
        server.publish("over", "job.completed", "{}");
    }

    @AfterAll
    static void stop() {
        server.close();
        full.close();
    }

    /** Every refusal, and with each the Accept headers that do not change it. */
    static Stream<Arguments> refusals() {
        String ok = "{\"event\":\"step.output\",\"data\":{}}";
        Stream<Refused> streams = Stream.of(
                        new Refused(400, "GET", "/runner-jobs/a%20b/events/stream"),
                        new Refused(400, "GET", "/runner-jobs/" + "j".repeat(129) + "/events/stream"),
                        new Refused(400, "GET", "/runner-jobs/j%C3%A9/events/stream"),
                        new Refused(400, "GET", "/runner-jobs/j%0D%0Aid:1/events/stream"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?lastEventId=nonsense"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?lastEventId=%3Cscript%3E"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?lastEventId=01-0"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?lastEventId=" + "1".repeat(5_000)),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?from=yesterday"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?from="),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?lastEventId=1-0&from=x"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?tail=-1"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?tail=10001"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?tail=all"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?tail=5&from=beginning"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?events=*"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?events=step.output,"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?events=Step.Output"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?events=a%0D%0Ab"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?events=" + "a,".repeat(16) + "b"),
                        new Refused(400, "GET", "/runner-jobs/j/events/stream?events=a&events=*"),
                        new Refused(401, "GET", "/runner-jobs/anonymous-j/events/stream"),
                        new Refused(403, "GET", "/runner-jobs/denied-j/events/stream"),
                        new Refused(404, "GET", "/runner-jobs/unknown-j/events/stream"))
                .flatMap(refused -> Stream.of("text/event-stream", "*/*", "text/*", "text/event-stream;q=0.1,a/b")
                        .map(refused::accepting));
        Stream<Refused> pages = Stream.of(
                        new Refused(400, "GET", "/runner-jobs/a%20b/events"),
                        new Refused(400, "GET", "/runner-jobs/j/events?limit=0"),
                        new Refused(400, "GET", "/runner-jobs/j/events?limit=1001"),
                        new Refused(400, "GET", "/runner-jobs/j/events?limit=ten"),
                        new Refused(400, "GET", "/runner-jobs/j/events?after=nonsense"),
                        new Refused(401, "GET", "/runner-jobs/anonymous-j/events"),
                        new Refused(403, "GET", "/runner-jobs/denied-j/events"),
                        new Refused(404, "GET", "/runner-jobs/unknown-j/events"),
                        new Refused(503, "GET", "/runner-jobs/down-j/events"))
                .flatMap(refused ->
                        Stream.of("application/json", "*/*", "application/*").map(refused::accepting));
        Stream<Refused> anyAccept = Stream.of(
                        new Refused(415, "POST", "/runner-jobs/j/events/stream"),
                        new Refused(405, "PUT", "/runner-jobs/j/events/stream"),
                        new Refused(405, "OPTIONS", "/runner-jobs/j/events/stream"),
                        new Refused(405, "DELETE", "/runner-jobs/j/events"),
                        new Refused(400, "POST", "/runner-jobs/a%20b/events", "application/json", ok),
                        new Refused(400, "POST", "/runner-jobs/j/events", "application/json", "{"),
                        new Refused(401, "POST", "/runner-jobs/anonymous-j/events", "application/json", ok),
                        new Refused(403, "POST", "/runner-jobs/denied-j/events", "application/json", ok),
                        new Refused(403, "POST", "/runner-jobs/readonly-j/events", "application/json", ok),
                        new Refused(404, "POST", "/runner-jobs/unknown-j/events", "application/json", ok),
                        new Refused(409, "POST", "/runner-jobs/over/events", "application/json", ok),
                        new Refused(413, "POST", "/runner-jobs/j/events", "application/json", large(300 * 1024)),
                        new Refused(415, "POST", "/runner-jobs/j/events", "text/plain", ok),
                        new Refused(503, "POST", "/runner-jobs/down-j/events", "application/json", ok),
                        new Refused(426, "GET", "/runner-jobs/j/events/ws"),
                        new Refused(405, "POST", "/runner-jobs/j/events/ws"))
                .flatMap(refused -> ACCEPTS.stream().map(refused::accepting));
        return Stream.of(streams, pages, anyAccept).flatMap(s -> s).map(Arguments::of);
    }

    private static String large(int size) {
        return "{\"event\":\"step.output\",\"data\":{\"chunk\":\"" + "x".repeat(size) + "\"}}";
    }

    record Refused(int status, String method, String path, String contentType, String body, String accept) {

        Refused(int status, String method, String path) {
            this(status, method, path, null, "", "*/*");
        }

        Refused(int status, String method, String path, String contentType, String body) {
            this(status, method, path, contentType, body, "*/*");
        }

        Refused accepting(String accept) {
            return new Refused(status, method, path, contentType, body, accept);
        }

        @Override
        public String toString() {
            String shown = path.length() > 80 ? path.substring(0, 80) + "…" : path;
            return status + " " + method + " " + shown + " for " + accept;
        }
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void isAProblemDetailWhateverTheClientAccepts(Refused refused) {
        var request = client.request(refused.path(), "Accept", refused.accept())
                .method(refused.method(), BodyPublishers.ofString(refused.body()));
        if (refused.contentType() != null) {
            request.header("Content-Type", refused.contentType());
        }

        HttpResponse<String> response = client.send(request.build());

        assertIsProblem(response, refused.status());
        assertThat(server.streams.openStreams()).isZero();
    }

    private static JsonNode assertIsProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.propertyNames()).containsExactly("type", "title", "status", "detail", "instance");
        assertThat(problem.get("type").asString()).isEqualTo("about:blank");
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asString()).isNotBlank().hasSizeLessThan(300);
        assertThat(problem.get("instance").asString())
                .isEqualTo(response.request().uri().getRawPath());
        assertThat(response.body()).doesNotContain("<script>", "\r", "\n", "secret-host", "dev.jobstream");
        return problem;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/x-ndjson;q=0",
                "text/html",
                "nonsense",
                "text/event-stream;q=0",
                "text/event-stream;q=0, application/x-ndjson;q=0, text/plain;q=0, */*",
                "text/*;q=0, application/json"
            })
    void hasNoStreamInAnotherFormat(String accept) {
        assertIsProblem(client.get("/runner-jobs/j/events/stream", "Accept", accept), 406);
        assertThat(server.streams.openStreams()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "*/*",
                "text/*",
                "text/event-stream;charset=utf-8",
                "TEXT/Event-Stream",
                "text/html,application/xhtml+xml,*/*;q=0.8",
                ""
            })
    void streamsEventsToWhoeverTakesThem(String accept) {
        server.publish("accepted" + accept.hashCode(), "job.completed", "{}");
        HttpResponse<String> response =
                client.get("/runner-jobs/accepted" + accept.hashCode() + "/events/stream", "Accept", accept);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream;charset=UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "*/*", "application/json"})
    void hasNoPageInAnotherFormat(String accept) {
        int status = client.get("/runner-jobs/j/events", "Accept", accept).statusCode();
        assertThat(status).isEqualTo(accept.startsWith("text") ? 406 : 200);
    }

    @Test
    void refusesHeadAndOpensNoStream() {
        HttpResponse<String> response = client.send(client.request("/runner-jobs/j/events/stream")
                .method("HEAD", BodyPublishers.noBody())
                .build());
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().allValues("Allow")).containsExactly("GET, POST");
        assertThat(response.body()).isEmpty();
        assertThat(server.streams.openStreams()).isZero();
    }

    @Test
    void saysWhatIsNotAllowed() {
        assertThat(detail(client.get("/runner-jobs/denied-j/events/stream")))
                .isEqualTo("not allowed to watch job denied-j");
        assertThat(detail(client.get("/runner-jobs/denied-j/events"))).isEqualTo("not allowed to read job denied-j");
        assertThat(detail(client.post("/runner-jobs/denied-j/events", "application/json", "{}")))
                .isEqualTo("not allowed to publish events of job denied-j");
    }

    /** Of a page or a publication, whoever reads the answer knows of no stream. */
    @Test
    void speaksOfNoStreamToWhoeverWantsNone() {
        for (String job : List.of("anonymous-j", "denied-j", "unknown-j", "readonly-j", "down-j")) {
            for (HttpResponse<String> response : List.of(
                    client.post("/runner-jobs/" + job + "/events", "application/json", "{\"event\":\"a\",\"data\":{}}"),
                    client.get("/runner-jobs/" + job + "/events"))) {
                assertThat(response.statusCode()).as(job).isGreaterThanOrEqualTo(job.equals("readonly-j") ? 200 : 400);
                assertThat(response.body()).as(job).doesNotContain("stream", "watch");
            }
        }
    }

    private static String detail(HttpResponse<String> response) {
        return JSON.readTree(response.body()).get("detail").asString();
    }

    @Test
    void saysHowToAuthenticate() {
        HttpResponse<String> response = client.get("/runner-jobs/anonymous-j/events/stream");
        assertThat(response.headers().allValues("WWW-Authenticate")).containsExactly("Bearer");
    }

    @Test
    void saysWhenToComeBackInWordsThatWhoAsksCanRead() {
        Client other = new Client(full);
        try (Client.Open only = other.open("/runner-jobs/j/events/stream")) {
            assertThat(only.response().statusCode()).isEqualTo(200);
            for (String accept : List.of(
                    "*/*",
                    "text/*",
                    "application/json, */*;q=0.5",
                    "application/x-ndjson",
                    "text/plain",
                    "text/plain, */*")) {
                HttpResponse<String> response = other.get("/runner-jobs/k/events/stream", "Accept", accept);
                assertIsProblem(response, 503);
                assertThat(response.headers().firstValue("Retry-After"))
                        .get()
                        .asString()
                        .matches("[1-9]|10");
            }
            // For an EventSource any status but 200 is final.
            for (String accept :
                    List.of("text/event-stream", "text/html;q=0.1, Text/Event-Stream", "text/event-stream, */*")) {
                HttpResponse<String> response = other.get("/runner-jobs/k/events/stream", "Accept", accept);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers().allValues("Content-Type"))
                        .containsExactly("text/event-stream;charset=UTF-8");
                assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store, no-transform");
                assertThat(response.body())
                        .matches("retry: [0-9]{4,5}\nevent: stream.closing\n"
                                + "data: \\{\"reason\":\"overloaded\",\"reconnect\":true}\n\n");
            }
            assertThat(full.streams.openStreams()).isEqualTo(1);
        }
    }

    @Test
    void aNodeThatStopsSendsAnEventSourceOnAndRefusesEverybodyElse() {
        try (TestServer stopping = TestServer.start()) {
            stopping.streams.shutDown();
            Client late = new Client(stopping);

            HttpResponse<String> sentOn = late.get("/runner-jobs/j/events/stream", "Accept", "text/event-stream");

            assertThat(sentOn.statusCode()).isEqualTo(200);
            assertThat(sentOn.headers().firstValue("Connection")).hasValue("close");
            assertThat(sentOn.body()).contains("retry: ", "\"reason\":\"shutdown\",\"reconnect\":true");
            assertIsProblem(late.get("/runner-jobs/j/events/stream"), 503);
        }
    }

    @Test
    void whatIsFinalIsRefusedAsSuchToEverybody() {
        String path = "/runner-jobs/anonymous-j/events/stream";
        assertIsProblem(client.get(path, "Accept", "text/event-stream"), 401);
        assertIsProblem(client.get(path, "Accept", "text/event-stream", "Last-Event-ID", "x"), 400);
    }

    @Test
    void refusesAMalformedHeaderOfTheLastEvent() {
        for (String id : List.of("nonsense", "1-", "-1", "1 -0", "1".repeat(4_000), "9".repeat(20) + "-0")) {
            assertIsProblem(client.get("/runner-jobs/j/events/stream", "Last-Event-ID", id), 400);
        }
    }

    @Test
    void doesNotReadAQueryThatCannotBeDecoded() {
        assertThat(RawHttp.status(server.port, "GET /runner-jobs/j/events/stream?from=%zz HTTP/1.1"))
                .isEqualTo(400);
        assertThat(server.streams.openStreams()).isZero();
    }

    @Test
    void refusesAPathThatIsNoUri() {
        assertThat(RawHttp.status(server.port, "GET /runner-jobs/a|b/events/stream HTTP/1.1"))
                .isEqualTo(400);
        assertThat(RawHttp.status(server.port, "GET /runner-jobs/a\"b/events/stream HTTP/1.1"))
                .isEqualTo(400);
    }

    @Test
    void leavesTheHostsOwnPathsToTheHost() {
        assertThat(client.get("/host").body()).isEqualTo("{\"host\":\"hello\"}");
        HttpResponse<String> missing = client.get("/missing", "Accept", "application/json");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.headers().firstValue("Content-Type")).contains("application/json");
        HttpResponse<String> failed = client.get("/host/fails", "Accept", "application/json");
        assertThat(failed.statusCode()).isEqualTo(500);
        HttpResponse<String> method = client.post("/host", "text/plain", "");
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.headers().firstValue("Content-Type")).contains("application/json");
    }
}
