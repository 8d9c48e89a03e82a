package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.Nginx;
import dev.jobstream.tools.NotTested;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.ValkeyServer;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Two nodes behind an nginx as it comes, and clients that take any status but 200 for the end. */
class MovingOnTest {

    private static final int CLIENTS = 10;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String job = "job-" + UUID.randomUUID();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void whoIsSentAwayFromANodeThatStopsFindsTheOtherAndMissesNothing() throws Exception {
        Path binary = Nginx.binary().orElse(null);
        if (binary == null) {
            NotTested.say("moving on to another node. There is no nginx on this machine");
            Assumptions.abort("no nginx on this machine");
        }
        try (RunningServer stays = RunningServer.startOn(ValkeyServer.shared());
                RunningServer stops = RunningServer.startOn(ValkeyServer.shared());
                Nginx nginx = Nginx.start(binary, List.of(stops.port(), stays.port()), "proxy_buffering off;");
                Socket deaf = neverReads(stops.port())) {
            CountDownLatch watching = new CountDownLatch(CLIENTS);
            List<Future<List<String>>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> eventSource(nginx.port(), watching)));
            }
            assertThat(watching.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(stops.streams().openStreams())
                    .as("some of them are on the node that stops")
                    .isGreaterThan(1);
            for (int n = 0; n < 200; n++) { // More than a client that does not read can be given.
                publish(stays, "step.output", n, "x".repeat(50_000));
            }

            stops.close();
            publish(stays, "step.output", 200, "");
            publish(stays, "job.completed", 201, "");

            List<String> all = new ArrayList<>();
            for (int n = 0; n <= 201; n++) {
                all.add("n" + n);
            }
            for (Future<List<String>> client : clients) {
                assertThat(client.get(1, TimeUnit.MINUTES)).isEqualTo(all);
            }
            assertThat(deaf.isConnected()).isTrue();
        }
    }

    private void publish(RunningServer node, String type, int n, String pad) {
        node.publisher().publish(new JobId(job), NewEvent.of(type, "{\"n\":\"n" + n + "\",\"pad\":\"" + pad + "\"}"));
    }

    private Socket neverReads(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 * 1024);
        socket.connect(new java.net.InetSocketAddress("127.0.0.1", port));
        socket.getOutputStream()
                .write(("GET /runner-jobs/" + job
                                + "/events/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                + RunningServer.token() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Follows the job as the HTML standard has it; the numbers of its events. */
    private List<String> eventSource(int port, CountDownLatch watching) throws IOException {
        List<String> numbers = new ArrayList<>();
        String last = "";
        boolean opened = false;
        while (true) {
            try (SseClient connection = SseClient.get(
                    port,
                    "/runner-jobs/" + job + "/events/stream",
                    RunningServer.PATIENCE,
                    "Authorization: Bearer " + RunningServer.token(),
                    "Accept: text/event-stream",
                    "Last-Event-ID: " + last)) {
                if (connection.status() == 204) {
                    return numbers;
                }
                if (connection.status() != 200) {
                    throw new AssertionError("dead for good, by a " + connection.status());
                }
                if (!opened) {
                    opened = true;
                    watching.countDown();
                }
                for (Event event = connection.next(); event != null; event = connection.next()) {
                    if (!event.type().equals("stream.closing")) {
                        numbers.add(event.data().replaceAll(".*\"n\":\"(n[0-9]+)\".*", "$1"));
                        last = event.lastEventId();
                    }
                }
            } catch (EOFException e) {
                // Behind when the node's time was over, and cut off within an event, which does not count.
            }
        }
    }
}
