package dev.jobstream.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.application.JobEventStreams;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A monolith that Jobstream has become part of: its streams, and its own pages as they always were. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HostTest {

    private RunningHost host;
    private String session;

    /** The settings that choose the transport, and nothing else. */
    abstract String[] transport();

    @BeforeAll
    void start() throws Exception {
        host = RunningHost.start(Monolith.class, transport());
        session = host.logIn(Monolith.USER, Monolith.PASSWORD);
    }

    @AfterAll
    void stop() {
        host.close();
    }

    RunningHost host() {
        return host;
    }

    private static String newJob() {
        return Monolith.USER + "-" + UUID.randomUUID();
    }

    private static String contentType(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    @Test
    void streamsToWhoIsLoggedIn() throws IOException {
        String job = newJob();
        String first = host.publish(job, "job.started", "{\"n\":1}").toString();
        try (SseClient client = host.watch(job, session)) {
            assertThat(client.status()).isEqualTo(200);
            assertThat(client.next().id()).isEqualTo(first);
            client.awaitComment();
            host.publish(job, "step.output", "{\"n\":2}");
            host.publish(job, "job.completed", "{\"n\":3}");
            assertThat(client.toEnd()).extracting(Event::data).containsExactly("{\"n\":2}", "{\"n\":3}");
        }
    }

    @Test
    void streamsOverWebSocket() throws Exception {
        String job = newJob();
        try (WsClient client = host.watchBySocket(job, session)) {
            String id = host.publish(job, "job.started", "{\"n\":1}").toString();
            assertThat(client.next()).isEqualTo("{\"id\":\"" + id + "\",\"event\":\"job.started\",\"data\":{\"n\":1}}");
            host.publish(job, "job.completed", "{}");
            assertThat(client.awaitClose().code()).isEqualTo(1000);
        }
    }

    @Test
    void aClientThatLeavesIsNoticed() throws IOException {
        try (SseClient client = host.watch(newJob(), session)) {
            client.awaitComment();
            client.cut();
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(host.bean(JobEventStreams.class).openStreams())
                        .isZero());
    }

    @Test
    void asksTheHostWhoMayWatch() throws Exception {
        assertRefused("alice-1", 401);
        assertRefused("bob-1", 403, session);
        assertRefused("secret-1", 404, session);
    }

    private void assertRefused(String job, int status, String... headers) throws Exception {
        for (String way : new String[] {"/events/stream", "/events"}) {
            HttpResponse<String> refusal = host.get("/runner-jobs/" + job + way, headers);
            assertThat(refusal.statusCode()).as(way).isEqualTo(status);
            assertThat(contentType(refusal)).as(way).isEqualTo("application/problem+json");
        }
        assertThatThrownBy(() -> host.watchBySocket(job, headers))
                .isInstanceOfSatisfying(
                        IllegalStateException.class,
                        e -> assertThat(e.getCause())
                                .isInstanceOfSatisfying(
                                        WebSocketHandshakeException.class,
                                        refused -> assertThat(
                                                        refused.getResponse().statusCode())
                                                .isEqualTo(status)));
    }

    @Test
    void publishingOverHttpIsUnderTheHostsForgeryProtection() throws Exception {
        String event = "{\"event\":\"job.started\",\"data\":{}}";
        String path = "/runner-jobs/" + newJob() + "/events";
        assertThat(host.post(path, "application/json", event, session).statusCode())
                .isEqualTo(403);
        assertThat(host.post(path, "application/json", event, session, host.forgeryProtection(session))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void aProtectedPageStillAsksForALogin() throws Exception {
        HttpResponse<String> stranger = host.get("/app/home", "Accept: text/html");
        assertThat(stranger.statusCode()).isEqualTo(302);
        assertThat(stranger.headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/login"));
        assertThat(host.get("/app/home", session).body()).isEqualTo("hello alice");
    }

    @Test
    void aPublicPageIsPublic() throws Exception {
        HttpResponse<String> page = host.get("/public/about");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("about the monolith");
    }

    @Test
    void anUnknownUrlIsTheHostsToAnswer() throws Exception {
        for (String path :
                new String[] {"/nowhere", "/runner-jobs", "/runner-jobs/alice-1", "/runner-jobs/a/events/b"}) {
            HttpResponse<String> answer = host.get(path, session);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).as(path).startsWith("the monolith says");
        }
    }

    @Test
    void theHostsAdviceHandlesItsOwnExceptionsAndNoneOfOurs() throws Exception {
        HttpResponse<String> theirs = host.get("/public/fails");
        assertThat(theirs.statusCode()).isEqualTo(500);
        assertThat(theirs.body()).isEqualTo("the monolith says: out of order");

        HttpResponse<String> ours = host.get("/runner-jobs/alice-1/events/stream?lastEventId=x", session);
        assertThat(ours.statusCode()).isEqualTo(400);
        assertThat(contentType(ours)).isEqualTo("application/problem+json");
        HttpResponse<String> picky = host.get("/runner-jobs/alice-1/events/stream", session, "Accept: image/png");
        assertThat(picky.statusCode()).isEqualTo(406);
        assertThat(contentType(picky)).isEqualTo("application/problem+json");
    }

    @Test
    void theErrorPageIsTheHosts() throws Exception {
        HttpResponse<String> answer = host.get("/public/sends-error", "Accept: application/json");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("\"path\":\"/public/sends-error\"", "\"error\":\"Conflict\"");
    }
}
