package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.EndReason;
import dev.jobstream.tools.RawHttp;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Clients that open a stream and never read from it, on a host's Tomcat. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class StuckClientsTest {

    private static final String LAST_CHUNK = "\r\n0\r\n\r\n";
    private static final String[] SSE = {"GET /runner-jobs/%s/events/stream HTTP/1.1"};
    private static final String[] WEB_SOCKET = {
        "GET /runner-jobs/%s/events/ws HTTP/1.1",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA=="
    };

    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void forgetOtherTests() {
        TestServer.HostAdvice.SEEN.clear();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** More than any kernel holds for them. */
    private static void publishMuch(TestServer server, String job) {
        String data = "{\"chunk\":\"" + "x".repeat(10_000) + "\"}";
        for (int n = 0; n < 1_000; n++) {
            server.publish(job, "step.output", data);
        }
    }

    private Socket stick(TestServer server, String job, String[] request) throws IOException {
        String[] lines = Arrays.stream(request).map(line -> line.formatted(job)).toArray(String[]::new);
        Socket socket = RawHttp.send(server.port, 4096, lines);
        sockets.add(socket);
        assertThat(RawHttp.head(socket)).startsWith("HTTP/1.1 " + (request == SSE ? "200" : "101"));
        return socket;
    }

    /** Threads that are somewhere below a method of a connection, each as its stack. */
    private static List<String> threadsInConnections() {
        return Thread.getAllStackTraces().values().stream()
                .map(Arrays::toString)
                .filter(stack -> stack.contains("adapters.web.EmitterConnection")
                        || stack.contains("adapters.web.WebSocketConnection"))
                .toList();
    }

    @Test
    void holdNoThreadAndKeepNobodyWaiting() throws IOException {
        try (TestServer server = TestServer.start();
                Client.Open honest = new Client(server).open("/runner-jobs/honest/events/stream")) {
            for (int i = 0; i < 100; i++) {
                stick(server, "stuck", i % 2 == 0 ? SSE : WEB_SOCKET);
            }
            await().until(() -> server.streams.openStreams() == 101);
            publishMuch(server, "stuck");
            await().untilAsserted(() -> assertThat(threadsInConnections()).isEmpty());

            server.publish("honest", "job.completed", "{}");
            assertThat(honest.rest()).contains("event: job.completed");
            await().until(() ->
                    server.streams.openStreams() == 100); // The client is told of its end before it is counted.
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areCutOffWithTheirToken(boolean webSocket, CapturedOutput output) throws IOException {
        try (TestServer server = TestServer.start()) {
            Socket socket = stick(server, "short-lived", webSocket ? WEB_SOCKET : SSE);
            publishMuch(server, "short-lived");

            await().untilAsserted(() -> assertThat(server.ends).containsExactly(EndReason.TOKEN_EXPIRED));
            readToTheEnd(socket);
        }
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception", " ERROR ");
        assertThat(TestServer.HostAdvice.SEEN).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areCutOffWhenTheyTakeNoByteForTooLong(boolean webSocket, CapturedOutput output) throws IOException {
        try (TestServer server = TestServer.start(TestServer.SETTINGS.withStallLimit(Duration.ofSeconds(1)))) {
            Socket socket = stick(server, "stalled", webSocket ? WEB_SOCKET : SSE);
            publishMuch(server, "stalled");

            await().untilAsserted(() -> assertThat(server.ends).containsExactly(EndReason.STALLED));
            readToTheEnd(socket);
        }
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception", " ERROR ");
        assertThat(TestServer.HostAdvice.SEEN).isEmpty();
    }

    @Test
    void doNotKeepANodeFromTellingTheOthersThatItStops() throws Exception {
        try (TestServer server = TestServer.start();
                Client.Open honest = new Client(server).open("/runner-jobs/honest/events/stream")) {
            for (int i = 0; i < 20; i++) {
                stick(server, "stuck", i % 2 == 0 ? SSE : WEB_SOCKET);
            }
            publishMuch(server, "stuck");
            await().untilAsserted(() -> assertThat(threadsInConnections()).isEmpty());

            server.streams.shutDown().get(30, TimeUnit.SECONDS);
            assertThat(honest.rest()).contains("event: stream.closing", "\"reason\":\"shutdown\"");
        }
    }

    /** Until the server ends the response, or the connection. */
    private static void readToTheEnd(Socket socket) throws IOException {
        byte[] piece = new byte[1 << 16];
        String end = "";
        try {
            int n = socket.getInputStream().read(piece);
            while (n >= 0) {
                end += new String(piece, 0, n, StandardCharsets.ISO_8859_1);
                end = end.substring(Math.max(0, end.length() - LAST_CHUNK.length()));
                n = end.equals(LAST_CHUNK) ? -1 : socket.getInputStream().read(piece);
            }
        } catch (SocketException e) {
            // Reset: what was left is gone, which is as good an end for who does not read.
        }
    }
}
