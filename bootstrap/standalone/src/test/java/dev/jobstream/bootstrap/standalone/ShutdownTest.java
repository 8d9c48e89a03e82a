package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What clients see of a server that stops. */
@ExtendWith(OutputCaptureExtension.class)
class ShutdownTest {

    private static final Duration DRAIN = Duration.ofMinutes(2);
    /** No answer: nobody is there any more. */
    private static final int GONE = 999;

    private static final String CLOSING = "{\"reason\":\"shutdown\",\"reconnect\":true}";

    private final String job = "job-" + UUID.randomUUID();

    private void publish(RunningServer server, String json) {
        server.publisher().publish(new JobId(job), NewEvent.of("step.output", json));
    }

    @Test
    void everyStreamIsToldAndEndsCleanlyAndSoon(CapturedOutput output) throws Exception {
        List<SseClient> clients = new ArrayList<>();
        List<WsClient> sockets = new ArrayList<>();
        Duration took;
        RunningServer server = RunningServer.start("jobstream.drain=" + DRAIN.toSeconds() + "s");
        try {
            publish(server, "{\"n\":1}");
            for (int i = 0; i < 20; i++) {
                clients.add(server.watch(i % 2 == 0 ? job : "idle-" + i));
            }
            for (int i = 0; i < 5; i++) {
                sockets.add(WsClient.open(
                        server.port(),
                        "/runner-jobs/" + job + "/events/ws",
                        "Authorization: Bearer " + RunningServer.token()));
                assertThat(sockets.get(i).next()).contains("{\"n\":1}");
            }
        } finally {
            long start = System.nanoTime();
            server.close();
            took = Duration.ofNanos(System.nanoTime() - start);
        }
        for (int i = 0; i < clients.size(); i++) {
            List<Event> events = clients.get(i).toEnd();
            assertThat(events).hasSize(i % 2 == 0 ? 2 : 1);
            Event last = events.get(events.size() - 1);
            assertThat(last.type()).isEqualTo("stream.closing");
            assertThat(last.id()).isNull();
            assertThat(last.data()).isEqualTo(CLOSING);
            clients.get(i).close();
        }
        for (WsClient socket : sockets) {
            assertThat(socket.awaitClose()).isEqualTo(new WsClient.Close(1012, "shutdown"));
            assertThat(socket.toEnd()).containsExactly("{\"event\":\"stream.closing\",\"data\":" + CLOSING + "}");
        }
        assertThat(took).isLessThan(DRAIN.dividedBy(2));
        assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ", "\tat ");
    }

    @Test
    void clientsAreNotSentAwayAllToComeBackAtOnce() throws Exception {
        List<SseClient> clients = new ArrayList<>();
        try (RunningServer server = RunningServer.start()) {
            for (int i = 0; i < 20; i++) {
                clients.add(server.watch(job));
            }
        }
        Set<String> delays = new HashSet<>();
        for (SseClient client : clients) {
            client.toEnd();
            delays.add(client.retry());
            client.close();
        }
        assertThat(delays).hasSizeGreaterThan(10);
    }

    /** A client that does not read holds the drain up: long enough, mostly, to be refused before there is nobody left. */
    @Test
    void whoComesWhileStreamsAreBeingEndedIsSentElsewhere() throws Exception {
        RunningServer server = RunningServer.start("jobstream.drain=" + DRAIN.toSeconds() + "s");
        try (SseClient stuck = server.watch(job)) {
            String large = "{\"x\":\"" + "x".repeat(200 * 1024) + "\"}";
            for (int i = 0; i < 100; i++) {
                publish(server, large);
            }
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::close);
            List<Integer> answers = new ArrayList<>();
            while (!stopping.isDone()) {
                answers.add(knock(server));
            }
            // Let in, then sent elsewhere, then nobody is there: in this order, and nothing else.
            assertThat(answers).isSubsetOf(200, 503, GONE).isSorted();
            stuck.cut();
            stopping.get(RunningServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /**
     * The status of an answer; {@link #GONE} for none. A node that is stopping says when to come back. A connection that is
     * accepted in its last moment is closed when the process ends, which here it does not.
     */
    private static int knock(RunningServer server) {
        try (SseClient late = SseClient.get(
                server.port(),
                "/runner-jobs/late/events/stream",
                Duration.ofSeconds(5),
                "Authorization: Bearer " + RunningServer.token())) {
            if (late.status() == 503) {
                assertThat(late.header("Retry-After")).isNotEmpty();
                assertThat(late.header("Content-Type")).containsExactly("application/problem+json");
            }
            return late.status();
        } catch (IOException e) {
            return GONE;
        }
    }
}
