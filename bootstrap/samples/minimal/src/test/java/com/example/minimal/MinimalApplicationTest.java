package com.example.minimal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.tools.Curl;
import dev.jobstream.tools.HostState;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.ClassUtils;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class MinimalApplicationTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private ConfigurableApplicationContext application;

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aReportIsWatchedAsItIsMade() throws Exception {
        try (SseClient stream = SseClient.get(port, "/runner-jobs/report-1/events/stream", PATIENCE);
                WsClient socket = WsClient.open(port, "/runner-jobs/report-1/events/ws")) {
            stream.awaitBlock();
            assertThat(post("/reports/report-1", "").statusCode()).isEqualTo(200);

            List<SseClient.Event> events = stream.toEnd();
            assertThat(events)
                    .extracting(SseClient.Event::type)
                    .startsWith("job.started", "job.progress")
                    .endsWith("job.completed")
                    .hasSize(6);
            assertThat(socket.awaitClose().code()).isEqualTo(1000);
            assertThat(socket.toEnd()).hasSize(6).last().asString().contains("\"event\":\"job.completed\"");
        }
    }

    @Test
    void aReportIsWatchedByCurl() throws Exception {
        post("/reports/report-2", "");
        Curl.print("http://localhost:" + port + "/runner-jobs/report-2/events/stream")
                .ifPresent(printed -> assertThat(printed)
                        .contains("event: job.started\ndata: {}\n", "event: job.completed\n"));
    }

    @Test
    void nobodyMayPublishOverHttp() throws Exception {
        assertThat(post("/runner-jobs/report-3/events", "{\"event\":\"job.started\",\"data\":{}}")
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.jobstream.adapters.redis.ValkeyTransport",
                "io.lettuce.core.RedisClient",
                "io.netty.channel.Channel",
                "org.springframework.data.redis.connection.RedisConnectionFactory",
                "org.springframework.security.web.SecurityFilterChain"
            })
    void itHasNothingThatItDoesNotUse(String type) {
        assertThat(ClassUtils.isPresent(type, getClass().getClassLoader())).isFalse();
    }

    @Test
    void theRestOfTheApplicationIsAsItWas() throws Exception {
        HostState with = stateAfterARequest(application);
        try (ConfigurableApplicationContext before = new SpringApplicationBuilder(MinimalApplication.class)
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean("jobstreamStandIn", EventPublisher.class, () -> (job, events) -> List.of()))
                .run(
                        "--server.port=0",
                        "--spring.autoconfigure.exclude="
                                + "dev.jobstream.bootstrap.autoconfigure.JobstreamAutoConfiguration")) {
            with.assertOnlyAdds(".*(jobstream|Jobstream|runner-jobs).*", stateAfterARequest(before));
            assertThat(with.health()).containsEntry("", "UP").containsEntry("jobstream", "UP");
        }
    }

    /** Some meters come with the first request. */
    private static HostState stateAfterARequest(ConfigurableApplicationContext context) throws Exception {
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/health"))
                .build();
        assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        return HostState.of(context);
    }
}
