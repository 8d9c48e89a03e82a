package com.example.prefix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.Curl;
import dev.jobstream.tools.HostState;
import dev.jobstream.tools.Nginx;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrefixApplicationTest {

    @LocalServerPort
    private int port;

    @Autowired
    private ConfigurableApplicationContext application;

    @Autowired
    private EventPublisher events;

    private Nginx nginx;
    private HttpClient browser;
    private Path trusted;

    /** Null in both where this machine has no nginx. */
    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Path binary = Nginx.binary().orElse(null);
        if (binary == null) {
            System.err.println("NOT RUN: there is no nginx on this machine");
            return;
        }
        Certificate certificate = Certificate.make(directory);
        String configuration = Files.readString(Path.of("nginx.conf"))
                .replace("certificate.pem", certificate.certificate().toString())
                .replace("key.pem", certificate.key().toString())
                .replace("localhost:8080", "127.0.0.1:" + port);
        nginx = Nginx.start(binary, https -> configuration.replace("localhost:8443", "127.0.0.1:" + https));
        trusted = certificate.certificate();
        browser = HttpClient.newBuilder().sslContext(certificate.trust()).build();
    }

    @AfterAll
    void stop() {
        if (nginx != null) {
            nginx.close();
        }
    }

    private String root() {
        return "https://localhost:" + nginx.port() + "/builds";
    }

    @Test
    void theLinkThatTheApplicationGivesLeadsToTheStream() throws Exception {
        if (nginx == null) {
            return;
        }
        String where = browser.send(
                        HttpRequest.newBuilder(URI.create(root() + "/where/build-1")).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(where).isEqualTo(root() + "/runner-jobs/build-1/events/stream");

        HttpResponse<InputStream> stream = browser.send(
                HttpRequest.newBuilder(URI.create(where)).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).as("before there is any event").startsWith("retry: ");
            publishOverHttp("build-1", "job.started");
            events.publish(new JobId("build-1"), NewEvent.of("job.completed", "{}"));
            assertThat(lines.lines()).contains("event: job.started", "event: job.completed");
        }
    }

    @Test
    void curlGoesTheSameWay() throws Exception {
        if (nginx == null) {
            return;
        }
        publishOverHttp("build-3", "job.started");
        publishOverHttp("build-3", "job.completed");
        Curl.print("--cacert", trusted.toString(), root() + "/runner-jobs/build-3/events/stream")
                .ifPresent(printed -> assertThat(printed).contains("event: job.started\n", "event: job.completed\n"));
    }

    private void publishOverHttp(String job, String type) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root() + "/runner-jobs/" + job + "/events"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"event\":\"" + type + "\",\"data\":{}}"))
                .build();
        assertThat(browser.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(201);
    }

    @Test
    void aPageOfThatAddressMayOpenASocketAndNoOtherMay() throws Exception {
        if (nginx == null) {
            return;
        }
        CompletableFuture<String> first = new CompletableFuture<>();
        WebSocket socket = open("https://localhost:" + nginx.port(), first);
        events.publish(new JobId("build-2"), NewEvent.of("job.completed", "{}"));
        assertThat(first.get(1, TimeUnit.MINUTES)).contains("\"event\":\"job.completed\"");
        socket.abort();

        assertThatThrownBy(() -> open("http://localhost:" + nginx.port(), first))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(403));
    }

    private WebSocket open(String origin, CompletableFuture<String> first) {
        return browser.newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(
                        URI.create(root().replace("https", "wss") + "/runner-jobs/build-2/events/ws"),
                        new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                                first.complete(text.toString());
                                return null;
                            }
                        })
                .join();
    }

    @Test
    void theRestOfTheApplicationIsAsItWas() throws Exception {
        HostState with = stateAfterARequest(application);
        try (ConfigurableApplicationContext before = new SpringApplicationBuilder(PrefixApplication.class)
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
        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        return HostState.of(context);
    }
}
