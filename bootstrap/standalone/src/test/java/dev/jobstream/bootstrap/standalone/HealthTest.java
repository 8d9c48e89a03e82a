package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the standalone server says of its own health, and to whom. */
class HealthTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void everybodyMayAskWhetherItIsWellAndWhoHasATokenWhatItDoes() throws Exception {
        try (RunningServer server = RunningServer.start();
                SseClient client = server.watch("job-1")) {
            assertThat(client.status()).isEqualTo(200);
            HttpResponse<String> open = get(server, "health");
            assertThat(open.statusCode()).isEqualTo(200);
            assertThat(open.body()).contains("\"status\":\"UP\"").doesNotContain("transport", "details", "components");

            HttpResponse<String> known = get(server, "health", "Authorization", "Bearer " + RunningServer.token());
            assertThat(known.body())
                    .contains("\"jobstream\"", "\"transport\":\"memory\"", "\"streams\":1", "\"jobs\":1");
            assertThat(get(server, "health/liveness").statusCode()).isEqualTo(200);
            assertThat(get(server, "health/readiness").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void nothingElseIsToldWithoutAToken() throws Exception {
        try (RunningServer server = RunningServer.start()) {
            for (String endpoint : List.of("", "env", "beans", "prometheus", "metrics", "heapdump", "sbom")) {
                assertThat(get(server, endpoint).statusCode()).as(endpoint).isEqualTo(401);
            }
            String token = "Bearer " + RunningServer.token();
            assertThat(get(server, "prometheus", "Authorization", token).statusCode())
                    .isEqualTo(200);
            for (String endpoint : List.of("env", "beans", "heapdump", "sbom")) {
                assertThat(get(server, endpoint, "Authorization", token).statusCode())
                        .as(endpoint)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void whatTheOperatorExposesIsForWhoOperates() throws Exception {
        String reader =
                "Bearer " + RunningServer.token(claims -> claims.claim("scope", "job-events:read job-events:write"));
        try (RunningServer server = RunningServer.start("management.endpoints.web.exposure.include=*")) {
            for (String endpoint : List.of("", "env", "beans", "threaddump", "loggers", "sbom", "sbom/application")) {
                assertThat(get(server, endpoint).statusCode()).as(endpoint).isEqualTo(401);
                assertThat(get(server, endpoint, "Authorization", reader).statusCode())
                        .as(endpoint)
                        .isEqualTo(403);
            }
            String operator = "Bearer " + RunningServer.token();
            assertThat(get(server, "env", "Authorization", operator).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whoHasLostValkeySaysSoAndStaysReady() throws Exception {
        try (ValkeyServer valkey = ValkeyServer.atFreePort();
                RunningServer server = RunningServer.startOn(valkey)) {
            awaitHealth(server, 503);
            valkey.start();
            awaitHealth(server, 200);
            try (SseClient client = server.watch("job-1")) {
                assertThat(client.status()).isEqualTo(200);
                awaitHealth(server, 200);

                valkey.kill();
                awaitHealth(server, 503);
                assertThat(get(server, "health/readiness").statusCode()).isEqualTo(200);
                assertThat(get(server, "health/liveness").statusCode()).isEqualTo(200);

                valkey.start();
                awaitHealth(server, 200);
            }
        }
    }

    /** A server that hangs answers nothing and refuses nothing. */
    @Test
    void aValkeyThatHangsIsFoundOutToo() throws Exception {
        try (ValkeyServer valkey = ValkeyServer.startPrivate();
                RunningServer server = RunningServer.startOn(valkey)) {
            awaitHealth(server, 200);
            valkey.signal("STOP");
            try {
                awaitHealth(server, 503);
            } finally {
                valkey.signal("CONT");
            }
            awaitHealth(server, 200);
        }
    }

    /** It answers, and says no: to the publisher in plain words, to the operator in the health and by a count. */
    @Test
    void aValkeyThatTakesNoWritesIsTold() throws Exception {
        try (ValkeyServer valkey = ValkeyServer.startPrivate();
                RunningServer server = RunningServer.startOn(valkey)) {
            awaitHealth(server, 200);
            valkey.ask("CONFIG SET maxmemory 1");
            HttpResponse<String> refused =
                    server.post("job-1", "application/json", "{\"event\":\"step.output\",\"data\":{}}");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("the event journal refuses this at the moment: its memory is full");
            String token = "Bearer " + RunningServer.token();
            HttpResponse<String> health = get(server, "health", "Authorization", token);
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("\"connected\":true", "\"writable\":false", "\"refusal\":\"oom\"");
            assertThat(get(server, "prometheus", "Authorization", token).body())
                    .contains("jobstream_valkey_refused_total{kind=\"noperm\"} 0.0")
                    .doesNotContain("jobstream_valkey_refused_total{kind=\"oom\"} 0.0");

            valkey.ask("CONFIG SET maxmemory 0");
            awaitHealth(server, 200);
        }
    }

    @Test
    void whatItCountsCanBeScraped() throws Exception {
        try (RunningServer server = RunningServer.start();
                SseClient client = server.watch("job-1")) {
            assertThat(client.status()).isEqualTo(200);
            String scraped = get(server, "prometheus", "Authorization", "Bearer " + RunningServer.token())
                    .body();
            assertThat(scraped)
                    .contains(
                            "jobstream_streams 1.0",
                            "jobstream_feeds 1.0",
                            "jobstream_streams_ended_total{reason=\"shutdown\"} 0.0",
                            "jobstream_streams_refused_total{reason=\"too_many_streams\"} 0.0",
                            "jobstream_skipped_total{where=\"channel\"} 0.0");
        }
    }

    private static void awaitHealth(RunningServer server, int status) {
        Awaitility.await()
                .atMost(RunningServer.PATIENCE)
                .until(() -> get(server, "health").statusCode() == status);
    }

    private static HttpResponse<String> get(RunningServer server, String endpoint, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/actuator/" + endpoint));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
