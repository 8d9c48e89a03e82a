package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.EndReason;
import dev.jobstream.tools.RawHttp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class LeavingClientsTest {

    private static final int EVENTS = 2_000;

    private static String get(String job) {
        return "GET /runner-jobs/" + job + "/events/stream HTTP/1.1";
    }

    private static void publishMuch(TestServer server, String job) {
        String data = "{\"chunk\":\"" + "x".repeat(10_000) + "\"}";
        for (int n = 0; n < EVENTS; n++) {
            server.publish(job, "step.output", data);
        }
    }

    @BeforeEach
    void forgetOtherTests() {
        TestServer.HostAdvice.SEEN.clear();
    }

    @Test
    void areNoticedWithoutAWordAndWithoutATrace(CapturedOutput output) throws IOException {
        try (TestServer server = TestServer.start(TestServer.SETTINGS.withHeartbeat(Duration.ofMillis(50)))) {
            List<Socket> sockets = new ArrayList<>();
            for (int n = 0; n < 200; n++) {
                Socket socket = RawHttp.send(server.port, 0, get("cut" + n % 2));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
                sockets.add(socket);
            }
            await().until(() -> server.streams.openStreams() == 200);
            for (int n = 0; n < sockets.size(); n++) {
                sockets.get(n).setSoLinger(n % 2 == 0, 0);
                sockets.get(n).close();
            }
            await().until(() -> server.streams.openStreams() == 0);
            assertThat(server.ends).hasSize(200).containsOnly(EndReason.CLIENT_GONE);
        }
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception", " WARN ", " ERROR ");
        assertThat(TestServer.HostAdvice.SEEN).isEmpty();
    }

    @Test
    void areNoticedInTheMidstOfALargeWrite(CapturedOutput output) throws IOException {
        try (TestServer server = TestServer.start()) {
            Socket socket = RawHttp.send(server.port, 4096, get("midst"));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            publishMuch(server, "midst");
            socket.setSoLinger(true, 0);
            socket.close();
            await().until(() -> server.streams.openStreams() == 0);
            assertThat(server.ends).containsExactly(EndReason.CLIENT_GONE);
        }
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception", " WARN ", " ERROR ");
        assertThat(TestServer.HostAdvice.SEEN).isEmpty();
    }

    @Test
    void areEndedWhenTheyTakeNoByteForTooLong(CapturedOutput output) throws IOException {
        try (TestServer server = TestServer.start(TestServer.SETTINGS.withStallLimit(Duration.ofSeconds(1)));
                Socket socket = RawHttp.send(server.port, 4096, get("stalled"))) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            publishMuch(server, "stalled");
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(server.ends).containsExactly(EndReason.STALLED));
            await().until(() -> server.streams.openStreams() == 0);
        }
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception", " ERROR ");
    }

    @Test
    void areNotThrownOutForReadingSlowly() throws IOException {
        // The window is far smaller than what the slow one is behind.
        try (TestServer server =
                        TestServer.start(TestServer.SETTINGS.withFeed(feed -> feed.withWindow(64, 256 * 1024)));
                Socket slow = RawHttp.send(server.port, 4096, get("slow"));
                Client.Open quick = new Client(server).open("/runner-jobs/slow/events/stream")) {
            await().until(() -> server.streams.openStreams() == 2);
            publishMuch(server, "slow");
            server.publish("slow", "job.completed", "{}");

            // The quick one gets all while the slow one has read nothing.
            long read =
                    quick.rest().lines().filter(line -> line.startsWith("id: ")).count();
            assertThat(read).isEqualTo(EVENTS + 1);
            await().until(() ->
                    server.streams.openStreams() == 1); // The quick one is told of its end before it is counted.

            List<String> slowIds = new ArrayList<>();
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); !"event: job.completed".equals(line); line = lines.readLine()) {
                assertThat(line).isNotNull().isNotEqualTo("event: stream.gap");
                if (line.startsWith("id: ")) {
                    slowIds.add(line);
                }
            }
            assertThat(slowIds).hasSize(EVENTS + 1).doesNotHaveDuplicates();
            await().until(() -> server.ends.equals(List.of(EndReason.FINISHED, EndReason.FINISHED)));
        }
    }
}
