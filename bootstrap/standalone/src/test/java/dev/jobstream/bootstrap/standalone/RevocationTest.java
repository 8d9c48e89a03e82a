package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.Revocation;
import dev.jobstream.application.Revocations;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.ValkeyServer;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Permissions that are taken back while streams are open, on two nodes of one installation. */
class RevocationTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String REVOKED = "{\"reason\":\"revoked\",\"reconnect\":false}";
    private static RunningServer node;
    private static RunningServer other;

    private final String job = "job-" + UUID.randomUUID();
    private final String subject = "subject-" + UUID.randomUUID();
    private final String tokenId = UUID.randomUUID().toString();
    private final String session = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        node = RunningServer.startOn(ValkeyServer.shared());
        other = RunningServer.startOn(ValkeyServer.shared());
    }

    @AfterAll
    static void stop() {
        other.close();
        node.close();
    }

    private String token() {
        return RunningServer.token(claims ->
                claims.subject(subject).jwtID(tokenId).claim("sid", session).issueTime(Date.from(Instant.now())));
    }

    private SseClient watch(RunningServer server, String token) throws IOException {
        return SseClient.get(
                server.port(),
                "/runner-jobs/" + job + "/events/stream",
                RunningServer.PATIENCE,
                "Authorization: Bearer " + token);
    }

    private static HttpResponse<String> operate(String json, String token) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + node.port() + "/actuator/revocations"))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void endsEverywhere(String json) throws Exception {
        String token = token();
        try (SseClient here = watch(node, token);
                SseClient there = watch(other, token);
                WsClient socket = WsClient.open(
                        other.port(), "/runner-jobs/" + job + "/events/ws", "Authorization: Bearer " + token)) {
            assertThat(operate(json, RunningServer.token()).statusCode()).isEqualTo(204);

            assertThat(here.toEnd()).extracting(Event::data).containsExactly(REVOKED);
            assertThat(there.toEnd()).extracting(Event::data).containsExactly(REVOKED);
            assertThat(socket.awaitClose().code()).isEqualTo(1008);
        }
        for (RunningServer each : new RunningServer[] {node, other}) {
            try (SseClient again = watch(each, token)) {
                assertThat(again.status()).isEqualTo(401);
            }
            assertThat(each.post(job, "application/json", "{\"event\":\"step.output\",\"data\":{}}", token)
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void endsTheStreamsOfASubject() throws Exception {
        endsEverywhere("{\"subject\":\"" + subject + "\"}");
    }

    @Test
    void endsTheStreamsOfAToken() throws Exception {
        endsEverywhere("{\"tokenId\":\"" + tokenId + "\"}");
    }

    @Test
    void endsTheStreamsOfASession() throws Exception {
        endsEverywhere("{\"session\":\"" + session + "\"}");
    }

    @Test
    void endsTheStreamsOfAJob() throws Exception {
        endsEverywhere("{\"job\":\"" + job + "\"}");
    }

    @Test
    void isCalledFromJavaToo() throws Exception {
        try (SseClient there = watch(other, token())) {
            node.bean(Revocations.class).revoke(Revocation.ofSubject(subject));
            assertThat(there.toEnd()).extracting(Event::data).containsExactly(REVOKED);
        }
    }

    @Test
    void aNodeThatComesLaterKnowsOfIt() throws Exception {
        String token = token();
        node.bean(Revocations.class).revoke(Revocation.ofToken(tokenId));
        try (RunningServer late = RunningServer.startOn(ValkeyServer.shared());
                SseClient refused = watch(late, token)) {
            assertThat(refused.status()).isEqualTo(401);
        }
    }

    @Test
    void isAnOperatorsAffair() throws Exception {
        String reader = RunningServer.token(claims -> claims.claim("scope", "job-events:read job-events:write"));
        assertThat(operate("{\"subject\":\"tester\"}", reader).statusCode()).isEqualTo(403);
        assertThat(operate("{\"subject\":\"tester\"}", "none").statusCode()).isEqualTo(401);
        assertThat(operate("{}", RunningServer.token()).statusCode()).isEqualTo(400);
        assertThat(operate("{\"issuer\":\"https://issuer.example\"}", RunningServer.token())
                        .statusCode())
                .isEqualTo(400);
        assertThat(operate("{\"job\":\"no job\"}", RunningServer.token()).statusCode())
                .isEqualTo(400);
    }
}
