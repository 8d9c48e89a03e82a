package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A body that is announced and never sent, by somebody without a token: it holds no thread and no connection. */
class UnsentBodyTest {

    /** Long before the stall limit, at which the server would give up in any case. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start("jobstream.stall-limit=60s");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, application/x-www-form-urlencoded",
        "PATCH, application/x-www-form-urlencoded",
        "DELETE, application/x-www-form-urlencoded",
        "POST, application/x-www-form-urlencoded",
        "POST, multipart/form-data; boundary=x",
        "PUT, multipart/form-data; boundary=x",
        "POST, application/json"
    })
    void isAnsweredAtOnceAndTheConnectionCloses(String method, String contentType) throws IOException {
        for (String path : new String[] {"/runner-jobs/j/events", "/runner-jobs/j/events/stream", "/", "/error"}) {
            try (Socket socket = send(method, path, "Content-Type: " + contentType, "Content-Length: 1000000")) {
                String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

                assertThat(answer).as(path).startsWith("HTTP/1.1 401 ").contains("\"status\":401");
            }
        }
    }

    @Test
    void theSameInChunks() throws IOException {
        try (Socket socket = send(
                "PUT",
                "/runner-jobs/j/events",
                "Content-Type: application/x-www-form-urlencoded",
                "Transfer-Encoding: chunked")) {
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    private static Socket send(String method, String path, String... headers) throws IOException {
        Socket socket = new Socket("localhost", server.port());
        socket.setSoTimeout((int) AT_ONCE.toMillis());
        String head =
                method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        return socket;
    }
}
