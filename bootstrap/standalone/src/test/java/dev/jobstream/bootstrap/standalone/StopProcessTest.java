package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.TokenMint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The standalone server as a process that is asked to stop. */
class StopProcessTest {

    /** No answer: nobody is there any more. */
    private static final int GONE = 999;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TRUST =
            "spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + RunningServer.MINT.publicKey();
    private static final String AUDIENCE = "spring.security.oauth2.resourceserver.jwt.audiences=" + TokenMint.AUDIENCE;

    @Test
    void everyClientIsToldToComeBackAtAnotherTimeAndTheProcessEndsWell() throws Exception {
        List<SseClient> clients = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(TRUST, AUDIENCE)) {
            int port = server.awaitPort();
            for (int i = 0; i < 200; i++) {
                clients.add(watch(port, "job-" + i % 20));
                assertThat(clients.get(i).status()).isEqualTo(200);
            }

            server.terminate();

            TreeSet<Integer> delays = new TreeSet<>();
            for (SseClient client : clients) {
                List<Event> events = client.toEnd();
                assertThat(events).extracting(Event::type).containsExactly("stream.closing");
                assertThat(events.get(0).data()).isEqualTo("{\"reason\":\"shutdown\",\"reconnect\":true}");
                delays.add(Integer.parseInt(client.retry()));
            }
            assertThat(delays).hasSizeGreaterThan(150);
            assertThat(delays.first()).isBetween(1_000, 3_000);
            assertThat(delays.last()).isBetween(8_000, 10_000);
            assertThat(server.awaitExit()).isZero();
            assertThat(server.output()).doesNotContain(" WARN ", " ERROR ", "\tat ");
        } finally {
            for (SseClient client : clients) {
                client.close();
            }
        }
    }

    /** A client that does not read holds the drain up: long enough, mostly, to be refused before there is nobody left. */
    @Test
    void whoComesWhileItStopsIsSentElsewhere() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(TRUST, AUDIENCE, "jobstream.drain=60s", "jobstream.stall-limit=60s")) {
            int port = server.awaitPort();
            try (SseClient stuck = watch(port, "stuck")) {
                String large = "{\"event\":\"step.output\",\"data\":{\"x\":\"" + "x".repeat(200 * 1024) + "\"}}";
                for (int i = 0; i < 60; i++) {
                    assertThat(post(port, large).statusCode()).isEqualTo(201);
                }
                server.terminate();
                List<Integer> answers = new ArrayList<>();
                while (server.isAlive()) {
                    answers.add(knock(port));
                }
                // Taken, then sent elsewhere, then nobody is there: in this order, and nothing else.
                assertThat(answers).isSubsetOf(201, 503, GONE).isSorted();
                stuck.cut();
            }
            assertThat(server.awaitExit()).isZero();
        }
    }

    /** The status of an answer; {@link #GONE} for none. A node that is stopping says when to come back. */
    private static int knock(int port) throws InterruptedException {
        try {
            HttpResponse<String> answer = post(port, "{\"event\":\"step.output\",\"data\":{}}");
            if (answer.statusCode() == 503) {
                assertThat(answer.headers().firstValue("Retry-After").map(Integer::parseInt))
                        .get()
                        .satisfies(seconds -> assertThat(seconds).isBetween(1, 10));
            }
            return answer.statusCode();
        } catch (IOException e) {
            return GONE;
        }
    }

    @Test
    void aStartThatFailedIsNoSuccess() throws Exception {
        try (ServerProcess server = ServerProcess.start(TRUST, AUDIENCE, "jobstream.heartbeat=0s")) {
            assertThat(server.awaitExit()).isEqualTo(1);
        }
    }

    private static SseClient watch(int port, String job) throws Exception {
        return SseClient.get(
                port,
                "/runner-jobs/" + job + "/events/stream",
                RunningServer.PATIENCE,
                "Authorization: Bearer " + RunningServer.token());
    }

    private static HttpResponse<String> post(int port, String body) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/runner-jobs/stuck/events"))
                        .header("Authorization", "Bearer " + RunningServer.token())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
