package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Server-Sent Events, WebSocket messages and lines of one job: the same envelopes, byte for byte; and its output as text. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SameEventsTest {

    private RunningServer server;

    abstract RunningServer start();

    /** Sends an event past the journal. */
    abstract void publishLiveOnly(RunningServer server, String job, String type, String json);

    @BeforeAll
    void startServer() {
        server = start();
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    private String publish(String job, String type, String json) {
        EventId id = server.publisher().publish(new JobId(job), NewEvent.of(type, json));
        return envelope(id.toString(), type, json);
    }

    private static String envelope(String id, String type, String json) {
        String member = id == null ? "" : "\"id\":\"" + id + "\",";
        return "{" + member + "\"event\":\"" + type + "\",\"data\":" + json + "}";
    }

    private static List<String> envelopes(List<Event> events) {
        return events.stream()
                .map(event -> envelope(event.id(), event.type(), event.data()))
                .toList();
    }

    private WsClient bySocket(String job) {
        return WsClient.open(server.port(), socketPath(job), credentials());
    }

    private static String socketPath(String job) {
        return "/runner-jobs/" + job + "/events/ws";
    }

    private static String credentials() {
        return "Authorization: Bearer " + RunningServer.token();
    }

    /** A curl whose stream is open. */
    private Process watching(String job, String accept) throws IOException {
        int open = server.streams().openStreams();
        Process curl = curl(job, accept);
        await().until(() -> server.streams().openStreams() > open || !curl.isAlive());
        return curl;
    }

    /** What it prints is the body. */
    private Process curl(String job, String accept) throws IOException {
        return new ProcessBuilder(
                        "curl",
                        "-sSN",
                        "-H",
                        credentials(),
                        "-H",
                        "Accept: " + accept,
                        "http://127.0.0.1:" + server.port() + "/runner-jobs/" + job + "/events/stream")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static byte[] printed(Process curl) throws Exception {
        byte[] body = curl.getInputStream().readAllBytes();
        assertThat(curl.waitFor()).isZero();
        return body;
    }

    private static void assertLines(byte[] body, List<String> expected) {
        String lines = new String(body, StandardCharsets.UTF_8);
        assertThat(lines).endsWith("\n");
        assertThat(lines.split("\n")).filteredOn(line -> !line.isEmpty()).containsExactlyElementsOf(expected);
    }

    @Test
    void bothSeeTheSameLive() throws Exception {
        String job = "job-" + UUID.randomUUID();
        try (SseClient sse = server.watch(job);
                WsClient socket = bySocket(job)) {
            sse.awaitComment();
            Process lines = watching(job, "application/x-ndjson");
            Process text = watching(job, "text/plain");
            List<String> expected = new ArrayList<>();
            for (String json : AwkwardEvents.DATA) {
                expected.add(publish(job, "step.output", json));
                // The first event shows that the socket's stream is open: from then on both hear what is live only.
                if (expected.size() == 1) {
                    assertThat(socket.next()).isEqualTo(expected.get(0));
                }
            }
            String live = "{\"live\":\"only 🚀\"}";
            publishLiveOnly(server, job, "ai.tool_called", live);
            expected.add(envelope(null, "ai.tool_called", live));
            expected.add(publish(job, "job.completed", "{\"status\":\"completed\"}"));

            assertThat(envelopes(sse.toEnd())).isEqualTo(expected);
            assertThat(socket.toEnd()).isEqualTo(expected.subList(1, expected.size()));
            assertLines(printed(lines), expected);
            assertThat(printed(text)).isEqualTo(AwkwardEvents.text(AwkwardEvents.DATA));
            assertThat(socket.awaitClose().code()).isEqualTo(1000);
        }
    }

    @Test
    void bothSeeTheSameFromTheJournal() throws Exception {
        String job = "job-" + UUID.randomUUID();
        List<String> expected = new ArrayList<>();
        for (String json : AwkwardEvents.DATA) {
            expected.add(publish(job, "step.output", json));
        }
        expected.add(publish(job, "job.cancelled", "{}"));
        try (SseClient sse = server.watch(job);
                WsClient socket = bySocket(job)) {
            assertThat(envelopes(sse.toEnd())).isEqualTo(expected);
            assertThat(socket.toEnd()).isEqualTo(expected);
        }
        assertLines(printed(curl(job, "application/x-ndjson")), expected);
        assertThat(printed(curl(job, "text/plain"))).isEqualTo(AwkwardEvents.text(AwkwardEvents.DATA));
    }

    @Test
    void bothSeeTheSameTailOfWhatPassesTheSameFilter() throws Exception {
        String job = "job-" + UUID.randomUUID();
        List<String> gates = new ArrayList<>();
        // More than a window holds, so that the search goes on in the journal.
        for (int i = 0; i < 1_500; i++) {
            if (i % 500 == 20) {
                gates.add(publish(job, "gate.passed", "{\"i\":" + i + "}"));
            } else {
                publish(job, "step.output", "{\"chunk\":\"" + i + "\"}");
            }
        }
        String query = "?events=gate.*,ai.tool_called&tail=3";
        try (SseClient sse = server.watch(job + query);
                WsClient socket = WsClient.open(server.port(), socketPath(job) + query, credentials())) {
            List<String> heard = new ArrayList<>();
            while (heard.size() < 3) {
                String message = socket.next();
                if (!message.contains("stream.position")) {
                    heard.add(message);
                }
            }
            assertThat(heard).isEqualTo(gates);
            publish(job, "step.output", "{}");
            String live = publish(job, "ai.tool_called", "{}");
            String end = publish(job, "job.completed", "{}");

            assertThat(envelopes(sse.toEnd())).isEqualTo(List.of(gates.get(0), gates.get(1), gates.get(2), live, end));
            assertThat(socket.toEnd()).isEqualTo(List.of(live, end));
        }
    }

    /** Some 20 MB, far more than kernel, container and client buffer together; the slow one has asked for nothing yet. */
    @Test
    void aSlowSocketReadsOnAtItsOwnPaceAndDelaysNobody() throws Exception {
        String job = "job-" + UUID.randomUUID();
        int events = 200;
        String padding = "x".repeat(100 * 1024);
        try (WsClient slow = WsClient.openSlow(server.port(), socketPath(job), credentials());
                SseClient sse = server.watch(job);
                WsClient socket = bySocket(job)) {
            sse.awaitComment();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < events; i++) {
                expected.add(publish(job, "step.output", "{\"i\":" + i + ",\"x\":\"" + padding + "\"}"));
            }
            expected.add(publish(job, "job.completed", "{}"));

            assertThat(envelopes(sse.toEnd())).isEqualTo(expected);
            assertThat(socket.toEnd()).isEqualTo(expected);
            assertThat(slow.waiting()).isZero();
            assertThat(server.streams().openStreams()).isPositive();

            List<String> read = new ArrayList<>();
            while (read.size() < expected.size()) {
                read.add(slow.ask());
            }
            assertThat(read).isEqualTo(expected);
            slow.demand(1);
            assertThat(slow.awaitClose().code()).isEqualTo(1000);
        }
    }
}
