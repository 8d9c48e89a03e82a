package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.quota.QuotaLimits;
import dev.jobstream.tools.RawHttp;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What a client is told that is above a quota. */
@Timeout(60)
class QuotasTest {

    private static final String EVENT = "{\"event\":\"step.output\",\"data\":{}}";

    private static void assertRefused(HttpResponse<String> response, String why) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(429);
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(response.headers().firstValue("Retry-After"))
                .get()
                .asString()
                .matches("[1-9]|10");
        assertThat(JsonMapper.shared().readTree(response.body()).get("detail").asString())
                .isEqualTo(why);
    }

    /** Also an EventSource, for whom it is final: it must not come back again and again. */
    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "*/*"})
    void streamsAboveAQuotaAreRefused(String accept) {
        try (TestServer server = TestServer.start(new QuotaLimits(1, 2, 0, 0, 0))) {
            Client client = new Client(server);
            try (Client.Open one = client.open("/runner-jobs/a/events/stream")) {
                assertThat(one.response().statusCode()).isEqualTo(200);
                assertRefused(
                        client.get("/runner-jobs/a/events/stream", "Accept", accept), "job a has 1 streams already");
                try (Client.Open two = client.open("/runner-jobs/b/events/stream")) {
                    assertThat(two.response().statusCode()).isEqualTo(200);
                    assertRefused(
                            client.get("/runner-jobs/c/events/stream", "Accept", accept), "you have 2 streams already");
                    assertThat(client.get("/runner-jobs/denied-c/events/stream").statusCode())
                            .isEqualTo(403);
                }
            }
            await().until(() -> {
                server.publish("a", "step.output", "{}"); // So that the server notices who left.
                server.publish("b", "step.output", "{}");
                return server.streams.openStreams() == 0;
            });
            try (Client.Open again = client.open("/runner-jobs/a/events/stream")) {
                assertThat(again.response().statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void webSocketsCountAndAreRefusedAlike() {
        try (TestServer server = TestServer.start(new QuotaLimits(0, 1, 0, 0, 0))) {
            Client client = new Client(server);
            WebSocket socket = connect(server, "a");
            assertRefused(client.get("/runner-jobs/b/events/stream"), "you have 1 streams already");

            CompletionException refused = catchThrowableOfType(CompletionException.class, () -> connect(server, "b"));

            HttpResponse<?> response = ((WebSocketHandshakeException) refused.getCause()).getResponse();
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            socket.abort();
            await().until(() -> server.streams.openStreams() == 0);
            connect(server, "b").abort();
        }
    }

    private static WebSocket connect(TestServer server, String job) {
        return Client.HTTP
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://localhost:" + server.port + "/runner-jobs/" + job + "/events/ws"),
                        new WebSocket.Listener() {})
                .join();
    }

    /** The server's clock goes, so that a slow machine is given more than it has saved. */
    @Test
    void streamsAreOpenedAtARateAndWhoIsTooFastIsSpread() {
        try (TestServer server = TestServer.start(new QuotaLimits(0, 0, 1, 0, 0))) {
            server.publish("over", "job.completed", "{}");
            Client client = new Client(server);
            int opened = 0;
            Set<String> delays = new TreeSet<>();
            for (int i = 0; i < 200; i++) {
                HttpResponse<String> response = client.get("/runner-jobs/over/events/stream");
                if (response.statusCode() == 200) {
                    opened++;
                } else {
                    assertRefused(response, "you may open 1 streams a second, and some at once");
                    response.headers().firstValue("Retry-After").ifPresent(delays::add);
                }
            }
            assertThat(opened).isBetween(10, 100);
            assertThat(delays).hasSizeGreaterThan(4);
        }
    }

    @Test
    void publishingIsRefusedBeforeTheBodyIsRead() throws IOException {
        try (TestServer server = TestServer.start(new QuotaLimits(0, 0, 0, 1, 0))) {
            Client client = new Client(server);
            assertThat(client.post("/runner-jobs/a/events", "application/json", EVENT)
                            .statusCode())
                    .isEqualTo(201);
            String head;
            do { // A machine that takes a second for this is given another.
                try (Socket socket = RawHttp.send(
                        server.port,
                        0,
                        "POST /runner-jobs/a/events HTTP/1.1",
                        "Content-Type: application/json",
                        "Content-Length: 100")) {
                    socket.setSoTimeout(500);
                    head = headOrNothing(socket);
                }
            } while (head.isEmpty());
            assertThat(head).startsWith("HTTP/1.1 429").containsIgnoringCase("Retry-After: ");
            assertThat(client.post("/runner-jobs/denied-a/events", "application/json", EVENT)
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    private static String headOrNothing(Socket socket) throws IOException {
        try {
            return RawHttp.head(socket);
        } catch (java.net.SocketTimeoutException e) {
            return "";
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bytesArePaidForWhetherTheyAreAnnouncedOrNot(boolean announced) {
        try (TestServer server = TestServer.start(new QuotaLimits(0, 0, 0, 0, 1_000))) {
            Client client = new Client(server);
            byte[] large = ("{\"event\":\"step.output\",\"data\":{\"x\":\"" + "x".repeat(100_000) + "\"}}").getBytes();
            HttpResponse<String> first = client.send(client.request(
                            "/runner-jobs/a/events", "Content-Type", "application/json")
                    .POST(
                            announced
                                    ? BodyPublishers.ofByteArray(large)
                                    : BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))
                    .build());
            assertThat(first.statusCode()).as(first.body()).isEqualTo(201);

            assertRefused(
                    client.post("/runner-jobs/a/events", "application/json", EVENT),
                    "you may publish 1000 bytes a second");
        }
    }
}
