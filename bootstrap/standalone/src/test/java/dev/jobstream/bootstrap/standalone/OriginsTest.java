package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of other origins, as a browser asks for them. */
class OriginsTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String FRIEND = "https://ci.friend.example";
    private static final String STRANGER = "https://friend.example.stranger.example";

    private static RunningServer open;
    private static RunningServer closed;

    @BeforeAll
    static void start() {
        open = RunningServer.start("jobstream.cors.allowed-origins=https://*.friend.example,http://localhost:3000");
        closed = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        closed.close();
        open.close();
    }

    private static HttpResponse<String> preflight(RunningServer server, String path, String method, String origin)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", method)
                        .header("Access-Control-Request-Headers", "authorization,last-event-id,idempotency-key")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static SseClient watch(RunningServer server, String origin) throws IOException {
        return server.watch("cors?from=now", "Origin: " + origin);
    }

    private static WsClient connect(RunningServer server, String origin) {
        return WsClient.open(
                server.port(),
                "/runner-jobs/cors/events/ws",
                "Authorization: Bearer " + RunningServer.token(),
                "Origin: " + origin);
    }

    @ParameterizedTest
    @ValueSource(strings = {FRIEND, "http://localhost:3000"})
    void aPageThatIsAllowedMayWatchAndPublish(String origin) throws Exception {
        for (String path : new String[] {"/stream", "", "/ticket"}) {
            String method = path.equals("/stream") ? "GET" : "POST";
            HttpResponse<String> asked = preflight(open, "/runner-jobs/cors/events" + path, method, origin);
            assertThat(asked.statusCode()).isEqualTo(200);
            assertThat(asked.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains(origin);
            assertThat(asked.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
        }
        try (SseClient stream = watch(open, origin)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Access-Control-Allow-Origin")).containsExactly(origin);
        }
        try (WsClient socket = connect(open, origin)) {
            assertThat(socket).isNotNull();
        }
    }

    @Test
    void aRefusalCanBeReadByAPageThatIsAllowed() throws Exception {
        try (SseClient refused = SseClient.get(
                open.port(), "/runner-jobs/cors/events/stream", RunningServer.PATIENCE, "Origin: " + FRIEND)) {
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("Access-Control-Allow-Origin")).containsExactly(FRIEND);
            assertThat(refused.header("Access-Control-Expose-Headers").get(0)).contains("Retry-After");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {STRANGER, "http://ci.friend.example", "https://friend.example", "null"})
    void anyOtherPageMayNot(String origin) throws Exception {
        HttpResponse<String> asked = preflight(open, "/runner-jobs/cors/events/stream", "GET", origin);
        assertThat(asked.statusCode()).isEqualTo(403);
        assertThat(asked.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(asked.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        try (SseClient refused = watch(open, origin)) {
            assertThat(refused.status()).isEqualTo(403);
        }
        assertThatThrownBy(() -> connect(open, origin)).hasStackTraceContaining("403");
    }

    @Test
    void noneIsAllowedByDefault() throws Exception {
        HttpResponse<String> asked = preflight(closed, "/runner-jobs/cors/events/stream", "GET", FRIEND);
        assertThat(asked.statusCode()).isIn(401, 403);
        assertThat(asked.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThatThrownBy(() -> connect(closed, FRIEND)).hasStackTraceContaining("403");
    }

    @Test
    void thePagesOfTheServerItselfNeedNoPermission() throws Exception {
        for (RunningServer server : new RunningServer[] {open, closed}) {
            String itself = "http://localhost:" + server.port();
            HttpResponse<String> page = HTTP.send(
                    HttpRequest.newBuilder(URI.create(itself + "/runner-jobs/cors/events"))
                            .header("Authorization", "Bearer " + RunningServer.token())
                            .header("Origin", itself)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            connect(server, itself).close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "https://*", "ci.friend.example", "https://a.example/path", "https://a.*.example"})
    void whatIsNoOriginIsRefusedAtStart(String origin) {
        assertThatThrownBy(() -> RunningServer.start("jobstream.cors.allowed-origins=" + origin))
                .hasStackTraceContaining("jobstream.cors.allowed-origins must name origins");
    }
}
