package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.tools.RawHttp;
import dev.jobstream.tools.SelfSigned;
import dev.jobstream.tools.SseClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Clients whose requests never begin, or never come to the end of their heads. */
class HeadTimeLimitTest {

    private static final String[] PROBE = {"GET /actuator/health/liveness HTTP/1.1"};

    private static Socket connect(RunningServer server) throws IOException {
        Socket socket = new Socket("localhost", server.port());
        socket.setSoTimeout(Math.toIntExact(RunningServer.PATIENCE.toMillis()));
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends a line now and then, until the server will have no more of it. */
    private static void trickleUntilClosed(Socket socket) {
        await().atMost(RunningServer.PATIENCE).until(() -> {
            try {
                write(socket, "X-Line: 1\r\n");
                return false;
            } catch (SocketException e) {
                return true;
            }
        });
    }

    @Test
    void areCutOffAndEverybodyElseGoesOn() throws Exception {
        try (RunningServer server = RunningServer.start("jobstream.head-timeout=2s");
                SseClient stream = server.watch("job");
                Socket idle = RawHttp.send(server.port(), 0, PROBE);
                Socket silent = connect(server);
                Socket trickling = connect(server);
                Socket second = RawHttp.send(server.port(), 0, PROBE)) {
            assertThat(RawHttp.head(idle)).startsWith("HTTP/1.1 200 ");
            assertThat(RawHttp.head(second)).startsWith("HTTP/1.1 200 ");
            write(second, "GET / HTTP/1.1\r\n");
            write(trickling, "GET / HTTP/1.1\r\n");

            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            trickleUntilClosed(trickling);
            trickleUntilClosed(second);

            // It has been idle for longer than a head may take, and may be.
            idle.getInputStream().skipNBytes(idle.getInputStream().available());
            write(idle, "GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(RawHttp.head(idle)).startsWith("HTTP/1.1 200 ");
            server.post("job", "application/json", "{\"event\":\"job.completed\",\"data\":{}}");
            assertThat(stream.toEnd()).isNotEmpty();
        }
    }

    @Test
    void areCutOffWhoDoNotBeginTheTlsHandshake() throws Exception {
        try (RunningServer server = RunningServer.start(
                        "jobstream.head-timeout=1s",
                        "server.http2.enabled=true",
                        "server.ssl.key-store=file:" + SelfSigned.create().keyStore(),
                        "server.ssl.key-store-password=" + SelfSigned.PASSWORD);
                Socket silent = connect(server)) {
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }
}
