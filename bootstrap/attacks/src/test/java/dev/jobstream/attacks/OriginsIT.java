package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pages of other sites, in the browser of somebody who may watch. */
class OriginsIT extends SharedTarget {

    private static final List<String> FOREIGN = List.of(
            "https://evil.example",
            "http://localhost.evil.example",
            "http://localhost:1",
            "https://localhost",
            "null",
            "file://",
            "http://localhost@evil.example");

    private static String token() {
        return Requests.bearer(Tokens.good(Tokens.READ + " " + Tokens.WRITE));
    }

    private static void assertTellsNoOrigin(String what, Requests.Answer answer) {
        assertThat(answer.head().toLowerCase(java.util.Locale.ROOT))
                .as(what)
                .doesNotContain("access-control-allow-origin")
                .doesNotContain("access-control-allow-credentials");
    }

    @Test
    void openNoWebSocket() {
        Map<String, Requests.Answer> answers = answers();
        for (String origin : FOREIGN) {
            answers.put(
                    origin,
                    get(
                            "/runner-jobs/mine/events/ws",
                            token(),
                            "Origin: " + origin,
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        }
        assertAllRefused(answers, 403);
    }

    @Test
    void readNoStreamAndNoPage() {
        for (String origin : FOREIGN) {
            for (String path : List.of(Requests.stream(MINE), Requests.events(MINE), "/actuator/health", "/nothing")) {
                assertTellsNoOrigin(path, get(path, token(), "Origin: " + origin));
                assertTellsNoOrigin(path, get(path, "Origin: " + origin));
            }
        }
    }

    @Test
    void areAllowedNothingBeforehand() {
        for (String origin : FOREIGN) {
            for (String path : List.of(Requests.stream(MINE), Requests.events(MINE), "/actuator/prometheus")) {
                for (String method : List.of("GET", "POST", "DELETE")) {
                    Requests.Answer answer = Requests.send(
                            port(),
                            Requests.head(
                                            "OPTIONS",
                                            path,
                                            "Origin: " + origin,
                                            "Access-Control-Request-Method: " + method,
                                            "Access-Control-Request-Headers: authorization")
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    // The actuator's endpoints answer for themselves, whoever asks: with no origin that is allowed.
                    assertThat(answer.status())
                            .as("%s %s", method, path)
                            .isIn(path.startsWith("/actuator") ? List.of(200, 403) : List.of(401));
                    assertTellsNoOrigin(path, answer);
                }
            }
        }
    }
}
