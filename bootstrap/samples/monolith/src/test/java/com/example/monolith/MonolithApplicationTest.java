package com.example.monolith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.tools.Curl;
import dev.jobstream.tools.HostState;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.TokenMint;
import dev.jobstream.tools.ValkeyServer;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MonolithApplicationTest {

    private static final TokenMint MINT = TokenMint.create();
    private static final String TOKEN = "Authorization: Bearer " + MINT.token();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @LocalServerPort
    private int port;

    @Autowired
    private ConfigurableApplicationContext application;

    @Autowired
    private Jobs jobs;

    private Browser browser;
    private String session;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry properties) {
        properties.add("spring.data.redis.url", ValkeyServer.shared()::url);
        properties.add(
                "spring.security.oauth2.resourceserver.jwt.public-key-location",
                () -> MINT.publicKey().toUri().toString());
    }

    @BeforeAll
    void logIn() throws Exception {
        browser = new Browser(String.valueOf(port));
        session = browser.logIn("alice", "wonderland");
    }

    private JobId newJob(String owner) {
        JobId job = new JobId(UUID.randomUUID().toString());
        jobs.create(job, owner);
        return job;
    }

    private SseClient watch(JobId job, String... headers) throws IOException {
        return SseClient.get(port, "/monolith/runner-jobs/" + job + "/events/stream", PATIENCE, headers);
    }

    @Test
    void whoHasLoggedInWatchesTheOwnJob() throws Exception {
        JobId job = newJob("alice");
        try (SseClient stream = watch(job, session);
                WsClient socket = WsClient.open(port, "/monolith/runner-jobs/" + job + "/events/ws", session)) {
            stream.awaitBlock();
            jobs.start(job, "one", "\"two\"");
            assertThat(stream.toEnd())
                    .extracting(SseClient.Event::type)
                    .containsExactly("job.started", "step.output", "step.output", "job.completed");
            assertThat(socket.awaitClose().code()).isEqualTo(1000);
            assertThat(socket.toEnd()).hasSize(4);
        }
    }

    @Test
    void whoHasLoggedInWatchesByCurlToo() throws Exception {
        JobId job = newJob("alice");
        jobs.start(job, "one");
        Curl.print("-H", session, "http://localhost:" + port + "/monolith/runner-jobs/" + job + "/events/stream")
                .ifPresent(printed -> assertThat(printed).contains("event: job.started\n", "event: job.completed\n"));
    }

    @Test
    void whoHasATokenWatchesWhatTheTokenSays() throws Exception {
        JobId job = newJob("alice");
        jobs.start(job);
        try (SseClient stream = watch(job, TOKEN)) {
            assertThat(stream.toEnd()).extracting(SseClient.Event::type).containsExactly("job.started", "job.completed");
        }
    }

    @Test
    void whoHasNeitherIsRefusedAndNotSentToALogin() throws Exception {
        HttpResponse<String> stranger = browser.get("/runner-jobs/a/events/stream");
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(browser.get("/runner-jobs/a/events", "Authorization: Bearer x").statusCode()).isEqualTo(401);
    }

    @Test
    void nobodyLearnsOfAnothersJob() throws Exception {
        JobId bobs = newJob("bob");
        assertThat(browser.get("/runner-jobs/" + bobs + "/events/stream", session).statusCode()).isEqualTo(404);
        assertThatThrownBy(() -> WsClient.open(port, "/monolith/runner-jobs/" + bobs + "/events/ws", session))
                .cause()
                .isInstanceOf(WebSocketHandshakeException.class);
    }

    @Test
    void aPublisherNeedsATokenAndNoProtectionAgainstForgery() throws Exception {
        String path = "/runner-jobs/" + newJob("alice") + "/events";
        String event = "{\"event\":\"job.started\",\"data\":{}}";
        assertThat(browser.post(path, "application/json", event, TOKEN).statusCode()).isEqualTo(201);
        // A cookie alone may be another page's doing; with the page's own header it is the rule that decides.
        HttpResponse<String> forged = browser.post(path, "application/json", event, session);
        assertThat(forged.statusCode()).isEqualTo(403);
        assertThat(forged.headers().firstValue("Content-Type")).hasValue("application/json");
        HttpResponse<String> denied = browser.post(
                path, "application/json", event, session, browser.forgeryProtection(session));
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(denied.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void theApplicationsOwnPagesAndTokensAreAsTheyWere() throws Exception {
        assertThat(browser.get("/home", session).body()).isEqualTo("hello alice");
        assertThat(browser.get("/home", "Accept: text/html").statusCode()).isEqualTo(302);
        assertThat(browser.get("/api/home", TOKEN).body()).isEqualTo("hello tester");
        assertThat(browser.get("/api/home", session).statusCode()).isEqualTo(401);
        assertThat(browser.get("/job.html?job=1", session).body()).contains("new EventSource");
        assertThat(browser.get("/job.html?job=1", "Accept: text/html").statusCode()).isEqualTo(302);
    }

    @Test
    void theApplicationsOwnSocketsSpeakStomp() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + port + "/monolith/stomp"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        answer.complete(text.toString());
                        return null;
                    }
                })
                .join();
        socket.sendText("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0", true).join();
        assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).startsWith("CONNECTED");
        socket.abort();
    }

    @Test
    void theRestOfTheApplicationIsAsItWas() throws Exception {
        HostState with = stateAfterARequest(application);
        try (ConfigurableApplicationContext before = new SpringApplicationBuilder(MonolithApplication.class)
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean("jobstreamStandIn", EventPublisher.class, () -> (job, events) -> List.of()))
                .run(
                        "--server.port=0",
                        "--spring.data.redis.url=" + ValkeyServer.shared().url(),
                        "--spring.security.oauth2.resourceserver.jwt.public-key-location="
                                + MINT.publicKey().toUri(),
                        "--spring.autoconfigure.exclude="
                                + "dev.jobstream.bootstrap.autoconfigure.JobstreamAutoConfiguration")) {
            with.assertOnlyAdds(".*(jobstream|Jobstream|runner-jobs).*", stateAfterARequest(before));
            assertThat(with.health()).containsEntry("", "UP").containsEntry("jobstream", "UP");
        }
    }

    /** Some meters come with the first request of a kind. */
    private static HostState stateAfterARequest(ConfigurableApplicationContext context) throws Exception {
        Browser browser = new Browser(context.getEnvironment().getRequiredProperty("local.server.port"));
        browser.logIn("alice", "wonderland");
        assertThat(browser.get("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(browser.get("/api/home", TOKEN).statusCode()).isEqualTo(200);
        return HostState.of(context);
    }
}
