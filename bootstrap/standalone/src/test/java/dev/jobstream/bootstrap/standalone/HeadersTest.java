package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.RawHttp;
import dev.jobstream.tools.SseClient;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the answers of the standalone server tell a browser, whoever writes them. */
class HeadersTest {

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "200, /runner-jobs/j/events/stream, 'no-store, no-transform'",
        "200, /runner-jobs/j/events, no-store",
        "200, /actuator/health, no-store",
        "200, /jobstream, no-cache",
        "200, /, no-store",
        "200, /actuator/prometheus, no-store",
        "400, /runner-jobs/a%20b/events/stream, no-store",
        "404, /nothing/here, no-store"
    })
    void everyAnswerKeepsABrowserFromMakingMoreOfIt(int status, String path, String cached) throws IOException {
        try (SseClient client = SseClient.get(
                server.port(), path, RunningServer.PATIENCE, "Authorization: Bearer " + RunningServer.token())) {
            assertThat(client.status()).isEqualTo(status);
            assertTold(client, cached);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/runner-jobs/j/events/stream", "/actuator/prometheus", "/other"})
    void soDoesARefusalOfWhoHasNoToken(String path) throws IOException {
        try (SseClient client = SseClient.get(server.port(), path, RunningServer.PATIENCE)) {
            assertThat(client.status()).isEqualTo(401);
            assertTold(client, "no-store");
        }
    }

    private static void assertTold(SseClient client, String cached) {
        assertThat(client.header("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(client.header("Cache-Control")).containsExactly(cached);
        assertThat(client.header("Referrer-Policy")).containsExactly("no-referrer");
        assertThat(client.header("X-Frame-Options")).containsExactly("DENY");
        assertThat(client.header("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'");
        assertThat(client.header("Server")).isEmpty();
        // Over a connection that anybody can change, it would mean nothing.
        assertThat(client.header("Strict-Transport-Security")).isEmpty();
    }

    /** Spring Security's firewall answers before its filters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /runner-jobs/a;b/events/stream",
                "GET //runner-jobs/a/events/stream",
                "GET /runner-jobs/./a/events/stream",
                "TRACE /runner-jobs/a/events/stream",
                "PROPFIND /runner-jobs/a/events"
            })
    void whatTheFirewallRefusesIsAProblemDocumentToo(String request) throws IOException {
        try (Socket socket = RawHttp.send(server.port(), 0, request + " HTTP/1.1")) {
            assertThat(RawHttp.head(socket))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("Content-Type: application/problem+json", "X-Content-Type-Options: nosniff");
        }
    }
}
