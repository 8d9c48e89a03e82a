package com.example.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Curl;
import dev.jobstream.tools.HostState;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.ValkeyCluster;
import dev.jobstream.tools.WsClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ClusterApplicationTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private static final ValkeyCluster CLUSTER = ValkeyCluster.start(3, 0, Duration.ofSeconds(5));

    @LocalServerPort
    private int port;

    @Autowired
    private ConfigurableApplicationContext application;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry properties) {
        properties.add("spring.data.redis.cluster.nodes", () -> String.join(",", CLUSTER.addresses()));
    }

    @AfterAll
    static void stopServers() {
        CLUSTER.close();
    }

    /** A job on each primary. */
    static Stream<String> jobs() {
        return IntStream.range(0, 3).mapToObj(primary -> Stream.generate(() -> "build-" + UUID.randomUUID())
                .filter(job -> CLUSTER.primaryOf("runner-jobs:{" + job + "}:events")
                        .equals(CLUSTER.nodes().get(primary)))
                .findFirst()
                .orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void aBuildIsWatchedWhereverItsJobIs(String job) throws Exception {
        String events = "/runner-jobs/" + job + "/events";
        try (SseClient stream = SseClient.get(port, events + "/stream", PATIENCE);
                WsClient socket = WsClient.open(port, events + "/ws")) {
            stream.awaitBlock();
            HttpResponse<String> published =
                    post(port, events, "{\"event\":\"job.queued\",\"data\":{}}");
            assertThat(published.statusCode()).isEqualTo(201);
            assertThat(post(port, "/builds/" + job, "").statusCode()).isEqualTo(200);
            assertThat(stream.toEnd())
                    .extracting(SseClient.Event::type)
                    .containsExactly(
                            "job.queued",
                            "job.started",
                            "step.started",
                            "step.completed",
                            "step.started",
                            "step.completed",
                            "job.completed");
            assertThat(socket.awaitClose().code()).isEqualTo(1000);
            assertThat(socket.toEnd()).hasSize(7);
        }
        try (SseClient later = SseClient.get(port, events + "/stream", PATIENCE)) {
            assertThat(later.toEnd()).as("what the journal has").hasSize(7);
        }
    }

    @Test
    void curlShowsWhatTheBuildSays() throws Exception {
        String job = jobs().findFirst().orElseThrow();
        assertThat(post(port, "/builds/" + job, "").statusCode()).isEqualTo(200);
        Curl.print("http://localhost:" + port + "/runner-jobs/" + job + "/events/stream")
                .ifPresent(printed -> assertThat(printed).contains("event: job.started\n", "event: job.completed\n"));
    }

    @Test
    void requestsAndBuildsHaveVirtualThreadsWhereTheyAreThere() throws Exception {
        boolean virtual = Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS;
        String thread = post(port, "/builds/" + jobs().findFirst().orElseThrow(), "").body();
        assertThat(thread.contains("VirtualThread")).isEqualTo(virtual);
    }

    @Test
    void theRestOfTheApplicationIsAsItWas() throws Exception {
        HostState with = stateAfterARequest(application);
        try (ConfigurableApplicationContext before = new SpringApplicationBuilder(ClusterApplication.class)
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean(
                                "jobstreamStandIn",
                                dev.jobstream.domain.EventPublisher.class,
                                () -> (job, events) -> List.of()))
                .run(
                        "--server.port=0",
                        "--spring.data.redis.cluster.nodes=" + String.join(",", CLUSTER.addresses()),
                        "--spring.autoconfigure.exclude="
                                + "dev.jobstream.bootstrap.autoconfigure.JobstreamAutoConfiguration")) {
            with.assertOnlyAdds(".*(jobstream|Jobstream|runner-jobs).*", stateAfterARequest(before));
            assertThat(with.health()).containsEntry("", "UP").containsEntry("jobstream", "UP");
        }
    }

    /** Some meters come with the first request. */
    private static HostState stateAfterARequest(ConfigurableApplicationContext context) throws Exception {
        int port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/health"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        return HostState.of(context);
    }

    private static HttpResponse<String> post(int port, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
