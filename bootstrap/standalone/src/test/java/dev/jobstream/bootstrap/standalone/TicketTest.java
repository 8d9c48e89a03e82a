package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.tools.RawHttp;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.ValkeyServer;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tickets, over HTTP and WebSocket, on two nodes of one installation. */
class TicketTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static RunningServer seller;
    private static RunningServer other;

    @TempDir
    private static Path logs;

    private final String job = "job-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        seller = RunningServer.startOn(ValkeyServer.shared());
        other = RunningServer.startOn(
                ValkeyServer.shared(),
                "server.jetty.accesslog.enabled=true",
                "server.jetty.accesslog.filename=" + logs.resolve("access.log"));
    }

    @AfterAll
    static void stop() {
        other.close();
        seller.close();
    }

    private HttpResponse<String> buy(String of, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + seller.port() + "/runner-jobs/" + of + "/events/ticket"))
                .POST(HttpRequest.BodyPublishers.noBody());
        return HTTP.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String ticket(String token) throws IOException, InterruptedException {
        HttpResponse<String> sold = buy(job, "Authorization", "Bearer " + token);
        assertThat(sold.statusCode()).as(sold.body()).isEqualTo(201);
        return JsonMapper.shared().readTree(sold.body()).get("ticket").asString();
    }

    private SseClient show(String of, String ticket, String... headers) throws IOException {
        return SseClient.get(
                other.port(),
                "/runner-jobs/" + of + "/events/stream?ticket=" + ticket,
                RunningServer.PATIENCE,
                headers);
    }

    private void assertNotGood(String of, String ticket) throws IOException {
        try (SseClient refused = show(of, ticket)) {
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate").get(0)).startsWith("Bearer");
            assertThat(refused.header("Content-Type")).containsExactly("application/problem+json");
            assertThat(refused.body()).doesNotContain(ticket);
        }
    }

    @Test
    void isSoldInTheFormOfTheContract() throws Exception {
        HttpResponse<String> sold = buy(job, "Authorization", "Bearer " + RunningServer.token());

        assertThat(sold.statusCode()).isEqualTo(201);
        assertThat(sold.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(sold.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode body = JsonMapper.shared().readTree(sold.body());
        assertThat(body.get("ticket").asString()).matches("[A-Za-z0-9_-]{22}");
        assertThat(body.get("expiresIn").asInt()).isEqualTo(30);
        assertThat(body.size()).isEqualTo(2);
    }

    @Test
    void opensOneStreamOnAnotherNode() throws Exception {
        String ticket = ticket(RunningServer.token());
        try (SseClient stream = show(job, ticket)) {
            assertThat(stream.status()).isEqualTo(200);
            seller.post(job, "application/json", "{\"event\":\"job.completed\",\"data\":{}}");
            assertThat(stream.toEnd()).extracting(Event::type).containsExactly("job.completed");
        }
        assertNotGood(job, ticket);
    }

    @Test
    void opensOneWebSocket() throws Exception {
        String path = "/runner-jobs/" + job + "/events/ws?ticket=" + ticket(RunningServer.token());
        try (WsClient stream = WsClient.open(other.port(), path)) {
            seller.post(job, "application/json", "{\"event\":\"job.completed\",\"data\":{}}");
            assertThat(stream.toEnd()).singleElement().asString().contains("job.completed");
        }
        assertThatThrownBy(() -> WsClient.open(other.port(), path)).hasStackTraceContaining("401");
    }

    @Test
    void isGoodForNoOtherJobAndGoneAfterwards() throws Exception {
        String ticket = ticket(RunningServer.token());
        assertNotGood("other-" + job, ticket);
        assertNotGood(job, ticket);
    }

    @Test
    void isNoTokenAndStandsBesideNone() throws Exception {
        String ticket = ticket(RunningServer.token());
        try (SseClient both = show(job, ticket, "Authorization: Bearer " + RunningServer.token())) {
            assertThat(both.status()).isEqualTo(401);
        }
        String twice = "/runner-jobs/" + job + "/events/stream?ticket=" + ticket + "&ticket=" + ticket;
        assertThat(RawHttp.status(other.port(), "GET " + twice + " HTTP/1.1")).isEqualTo(401);
        String events = "/runner-jobs/" + job + "/events?ticket=" + ticket;
        assertThat(RawHttp.status(other.port(), "GET " + events + " HTTP/1.1")).isEqualTo(401);
        assertThat(RawHttp.status(other.port(), "POST " + events + " HTTP/1.1", "Content-Length: 0"))
                .isEqualTo(401);
        assertThat(RawHttp.status(other.port(), "GET /actuator/prometheus?ticket=" + ticket + " HTTP/1.1"))
                .isEqualTo(401);
        try (SseClient stream = show(job, ticket)) { // None of these has used it.
            assertThat(stream.status()).isEqualTo(200);
        }
    }

    @Test
    void isSoldToWhoMayWatch() throws Exception {
        assertThat(buy(job).statusCode()).isEqualTo(401);
        String writer = RunningServer.token(claims -> claims.claim("scope", "job-events:write"));
        assertThat(buy(job, "Authorization", "Bearer " + writer).statusCode()).isEqualTo(403);
        assertThat(buy("no%20job", "Authorization", "Bearer " + RunningServer.token())
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void itsStreamEndsWithTheTokenItWasBoughtWith() throws Exception {
        Instant end = Instant.now().plusSeconds(3);
        String brief = RunningServer.token(claims -> claims.expirationTime(Date.from(end)));
        try (SseClient stream = show(job, ticket(brief))) {
            assertThat(stream.toEnd())
                    .extracting(Event::data)
                    .containsExactly("{\"reason\":\"token_expired\",\"reconnect\":false}");
        }
    }

    @Test
    void standsInNoAccessLog() throws Exception {
        String ticket = ticket(RunningServer.token());
        try (SseClient stream = show(job, ticket)) {
            assertThat(stream.status()).isEqualTo(200);
            stream.cut();
        }
        assertNotGood(job, ticket + "&from=now");

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> accessLog().contains(job + "/events/stream?ticket=-&from=now"));
        assertThat(accessLog()).doesNotContain(ticket);
    }

    /** Jetty may put a date into the file's name. */
    private static String accessLog() throws IOException {
        StringBuilder log = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(logs)) {
            for (Path file : files) {
                log.append(Files.readString(file));
            }
        }
        return log.toString();
    }
}
