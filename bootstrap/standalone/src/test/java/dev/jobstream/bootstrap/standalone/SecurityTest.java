package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.TokenMint;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets a stream from the standalone server, and for how long. */
class SecurityTest {

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start("jobstream.heartbeat=1s");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static SseClient watch(String job, String... headers) throws IOException {
        return SseClient.get(server.port(), "/runner-jobs/" + job + "/events/stream", RunningServer.PATIENCE, headers);
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    static Stream<Arguments> badTokens() {
        Instant now = Instant.now();
        String none = base64("{\"alg\":\"none\"}")
                + "."
                + base64("{\"sub\":\"tester\",\"scope\":\"job-events:read\",\"exp\":"
                        + now.plusSeconds(3600).getEpochSecond() + "}")
                + ".";
        return Stream.of(
                Arguments.of("alg none", none),
                Arguments.of("another key", RunningServer.token(claims -> {}, TokenMint.newKeys())),
                Arguments.of("expired", RunningServer.token(c -> c.expirationTime(Date.from(now.minusSeconds(600))))),
                Arguments.of(
                        "expired within the usual leeway",
                        RunningServer.token(c -> c.expirationTime(Date.from(now.minusSeconds(5))))),
                Arguments.of(
                        "not yet valid", RunningServer.token(c -> c.notBeforeTime(Date.from(now.plusSeconds(600))))),
                Arguments.of(
                        "not yet valid, within the usual leeway",
                        RunningServer.token(c -> c.notBeforeTime(Date.from(now.plusSeconds(55))))),
                Arguments.of("no exp", RunningServer.token(c -> c.expirationTime(null))),
                Arguments.of("no token at all", "nonsense"));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void refusesABadTokenWith401(String what, String token) throws IOException {
        try (SseClient client = watch("job-1", bearer(token), "Accept: text/event-stream")) {
            assertThat(client.status()).isEqualTo(401);
            assertThat(client.header("WWW-Authenticate"))
                    .singleElement()
                    .asString()
                    .startsWith("Bearer");
            assertThat(client.header("Content-Type")).containsExactly("application/problem+json");
            assertThat(client.body()).contains("\"status\":401");
        }
    }

    @Test
    void refusesNoTokenWith401() throws IOException {
        try (SseClient client = watch("job-1")) {
            assertThat(client.status()).isEqualTo(401);
            assertThat(client.header("WWW-Authenticate")).containsExactly("Bearer");
            assertThat(client.header("Content-Type")).containsExactly("application/problem+json");
        }
    }

    @Test
    void ofTwoTokensItTakesNone() throws IOException {
        String good = RunningServer.token();
        String other = RunningServer.token(claims -> claims.subject("somebody else"));
        for (List<String> two : List.of(List.of(good, other), List.of(good, good), List.of(good, "nonsense"))) {
            try (SseClient client = watch("job-1", bearer(two.get(0)), bearer(two.get(1)))) {
                assertThat(client.status()).isEqualTo(401);
                assertThat(client.header("Content-Type")).containsExactly("application/problem+json");
            }
        }
    }

    @Test
    void whatAnOperatorSeesNeedsAScopeOfItsOwn() throws IOException {
        String reader = RunningServer.token(claims -> claims.claim("scope", "job-events:read job-events:write"));
        String operator = RunningServer.token(claims -> claims.claim("scope", "job-events:operate"));
        try (SseClient client =
                SseClient.get(server.port(), "/actuator/prometheus", RunningServer.PATIENCE, bearer(reader))) {
            assertThat(client.status()).isEqualTo(403);
        }
        try (SseClient client =
                SseClient.get(server.port(), "/actuator/health", RunningServer.PATIENCE, bearer(reader))) {
            assertThat(client.status()).isEqualTo(200);
            assertThat(client.body()).doesNotContain("jobstream");
        }
        try (SseClient client =
                SseClient.get(server.port(), "/actuator/health", RunningServer.PATIENCE, bearer(operator))) {
            assertThat(client.status()).isEqualTo(200);
            assertThat(client.body()).contains("jobstream");
        }
        try (SseClient client = watch("job-1", bearer(operator))) {
            assertThat(client.status()).isEqualTo(403);
        }
    }

    @Test
    void noAnswerIsToBeTakenForAnotherType() throws IOException {
        try (SseClient client = watch("job-1", bearer(RunningServer.token()))) {
            assertThat(client.status()).isEqualTo(200);
            assertThat(client.header("X-Content-Type-Options")).containsExactly("nosniff");
        }
        try (SseClient client = watch("job 1", bearer(RunningServer.token()))) {
            assertThat(client.header("X-Content-Type-Options")).containsExactly("nosniff");
        }
    }

    @Test
    void takesNoTokenFromTheQuery() throws IOException {
        try (SseClient client = watch("job-1/../job-1", "X-Unused: 1")) {
            assertThat(client.status()).isIn(400, 401);
        }
        try (SseClient client = SseClient.get(
                server.port(),
                "/runner-jobs/job-1/events/stream?access_token=" + RunningServer.token(),
                RunningServer.PATIENCE)) {
            assertThat(client.status()).isEqualTo(401);
        }
    }

    @Test
    void refusesATokenWithoutTheScopeWith403() throws IOException {
        String token = RunningServer.token(claims -> claims.claim("scope", "job-events:write profile"));
        try (SseClient client = watch("job-1", bearer(token))) {
            assertThat(client.status()).isEqualTo(403);
            assertThat(client.header("Content-Type")).containsExactly("application/problem+json");
        }
    }

    @Test
    void narrowsAToTheJobsOfItsClaim() throws IOException {
        String token = RunningServer.token(claims -> claims.claim("jobs", List.of("only-this", "team-a-*")));
        for (String allowed : List.of("only-this", "team-a-1")) {
            try (SseClient client = watch(allowed, bearer(token))) {
                assertThat(client.status()).as(allowed).isEqualTo(200);
            }
        }
        for (String refused : List.of("only-this-not", "team-b-1", "other")) {
            try (SseClient client = watch(refused, bearer(token))) {
                assertThat(client.status()).as(refused).isEqualTo(403);
            }
        }
    }

    @Test
    void aClaimOfAnotherFormAllowsNothing() throws IOException {
        String token = RunningServer.token(claims -> claims.claim("jobs", "job-1"));
        try (SseClient client = watch("job-1", bearer(token))) {
            assertThat(client.status()).isEqualTo(403);
        }
    }

    @Test
    void publishingNeedsItsOwnScope() throws Exception {
        String token = RunningServer.token(claims -> claims.claim("scope", "job-events:read"));
        var response = java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(java.net.URI.create(
                                        "http://localhost:" + server.port() + "/runner-jobs/job-1/events"))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                                        "{\"event\":\"job.started\",\"data\":{}}"))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void aStreamDoesNotOutliveItsToken() throws IOException {
        server.publisher().publish(new JobId("short"), NewEvent.of("job.started", "{}"));
        String token = RunningServer.token(
                claims -> claims.expirationTime(Date.from(Instant.now().plus(Duration.ofSeconds(3)))));
        try (SseClient client = watch("short", bearer(token))) {
            assertThat(client.toEnd())
                    .extracting(SseClient.Event::type, SseClient.Event::data)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("job.started", "{}"),
                            org.assertj.core.groups.Tuple.tuple(
                                    "stream.closing", "{\"reason\":\"token_expired\",\"reconnect\":false}"));
        }
    }

    @Test
    void everythingElseNeedsATokenToo() throws IOException {
        for (String path : List.of("/other", "/actuator", "/runner-jobs", "/error")) {
            try (SseClient client = SseClient.get(server.port(), path, RunningServer.PATIENCE)) {
                assertThat(client.status()).as(path).isEqualTo(401);
            }
        }
    }

    @Test
    void whatTheContainerRefusesIsToldInAProblemDocumentToo() throws IOException {
        for (String path : List.of("/runner-jobs/a%0d%0aX:b/events/stream", "/runner-jobs/a%2fb/events/stream")) {
            try (SseClient client =
                    SseClient.get(server.port(), path, RunningServer.PATIENCE, bearer(RunningServer.token()))) {
                assertThat(client.status()).as(path).isEqualTo(400);
                assertThat(client.header("Content-Type")).containsExactly("application/problem+json");
                assertThat(client.body()).contains("\"status\":400").doesNotContain("runner-jobs");
            }
        }
        try (SseClient client =
                SseClient.get(server.port(), "/nothing/here", RunningServer.PATIENCE, bearer(RunningServer.token()))) {
            assertThat(client.status()).isEqualTo(404);
            assertThat(client.header("Content-Type")).containsExactly("application/problem+json");
        }
    }

    @Test
    void withAConfiguredKeyThereIsNoDevelopmentToken() {
        assertThat(server.context().getBeansOfType(DevelopmentToken.class)).isEmpty();
    }
}
