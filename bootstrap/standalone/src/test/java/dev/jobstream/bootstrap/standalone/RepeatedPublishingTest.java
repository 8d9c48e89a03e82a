package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.tools.LocalPort;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Publishers whose connections are cut, and who try again with the same key. */
class RepeatedPublishingTest {

    private static final int PUBLISHERS = 8;
    private static final int EACH = Integer.getInteger("jobstream.test.publications", 150);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JobId JOB = new JobId("repeated");

    private final String token = RunningServer.token();

    @Test
    void inMemory() throws Exception {
        try (RunningServer server = RunningServer.start("jobstream.quota.publishes-per-second=0")) {
            eachIsAppendedOnce(server);
        }
    }

    @Test
    void onValkey() throws Exception {
        try (ValkeyServer valkey = ValkeyServer.startPrivate();
                RunningServer server = RunningServer.startOn(valkey, "jobstream.quota.publishes-per-second=0")) {
            eachIsAppendedOnce(server);
        }
    }

    /** A cluster of one: its scripts may touch no key of another slot. */
    @Test
    void onACluster() throws Exception {
        try (ValkeyServer valkey = ValkeyServer.atFreePort(
                "--cluster-enabled", "yes", "--cluster-port", String.valueOf(LocalPort.free()))) {
            valkey.start();
            assertThat(valkey.ask("CLUSTER ADDSLOTSRANGE 0 16383")).contains("OK");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> valkey.ask("CLUSTER INFO").contains("cluster_state:ok"));
            try (RunningServer server = RunningServer.start(
                    "jobstream.transport=valkey",
                    "spring.data.redis.cluster.nodes=" + valkey.host() + ":" + valkey.port(),
                    "jobstream.quota.publishes-per-second=0")) {
                eachIsAppendedOnce(server);
            }
        }
    }

    private void eachIsAppendedOnce(RunningServer server) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
        try {
            List<Future<Map<String, String>>> publishing = new ArrayList<>();
            for (int i = 0; i < PUBLISHERS; i++) {
                int publisher = i;
                publishing.add(threads.submit(() -> publishAll(server.port(), publisher)));
            }
            Map<String, String> answered = new HashMap<>();
            for (Future<Map<String, String>> each : publishing) {
                answered.putAll(each.get(2, TimeUnit.MINUTES));
            }
            Map<String, String> retained = retained(server.bean(EventSource.class));
            assertThat(retained).hasSize(PUBLISHERS * EACH).isEqualTo(answered);
        } finally {
            threads.shutdownNow();
        }
    }

    /** The id by which each publication was answered. */
    private Map<String, String> publishAll(int port, int publisher) throws Exception {
        Random random = new Random(publisher);
        Map<String, String> ids = new HashMap<>();
        for (int i = 0; i < EACH; i++) {
            String key = publisher + "/" + i;
            String body = "{\"event\":\"step.output\",\"data\":{\"key\":\"" + key + "\"}}";
            if (random.nextInt(10) == 0) {
                cut(port, key, body, random);
            }
            HttpResponse<String> answer = publish(port, key, body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            ids.put(key, answer.body());
        }
        return ids;
    }

    /** Sends a request, or a part of it, and goes away. */
    private void cut(int port, String key, String body, Random random) throws IOException {
        byte[] request = ("POST /runner-jobs/" + JOB + "/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + token
                        + "\r\nContent-Type: application/json\r\nIdempotency-Key: " + key + "\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
        int sent = random.nextBoolean() ? request.length : random.nextInt(request.length);
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream().write(request, 0, sent);
            if (random.nextBoolean()) {
                socket.setSoLinger(true, 0); // Reset, and not closed.
            }
        }
    }

    private HttpResponse<String> publish(int port, String key, String body) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/runner-jobs/" + JOB + "/events"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** All that is in the journal, by key, with the answer that tells its id; fails where a key is there twice. */
    private static Map<String, String> retained(EventSource source) {
        Map<String, String> retained = new HashMap<>();
        EventId after = EventId.NONE;
        JournalPage page;
        do {
            page = source.readAfter(JOB, after, 1_000);
            for (JobEvent event : page.events()) {
                String json = event.data().toString();
                String key = json.substring("{\"key\":\"".length(), json.length() - 2);
                assertThat(retained.put(key, "{\"ids\":[\"" + event.journaledId() + "\"]}"))
                        .as(key)
                        .isNull();
                after = event.journaledId();
            }
        } while (page.more());
        return retained;
    }
}
