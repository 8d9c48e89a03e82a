package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may watch and publish looks for what an operator sees. */
class OperatorIT extends SharedTarget {

    private static final String[] PLACES = {
        "/actuator",
        "/actuator/prometheus",
        "/actuator/metrics",
        "/actuator/env",
        "/actuator/threaddump",
        "/actuator/heapdump",
        "/actuator/loggers",
        "/actuator/loggers/root",
        "/actuator/configprops",
        "/actuator/beans",
        "/actuator/shutdown"
    };

    @Test
    void withoutTheScope() {
        String token = Requests.bearer(Tokens.good(Tokens.READ + " " + Tokens.WRITE));
        Map<String, Requests.Answer> answers = answers();
        for (String place : PLACES) {
            answers.put(place, get(place, token));
        }
        for (String trick : new String[] {
            "/actuator/prometheus/",
            "/actuator//prometheus",
            "/actuator/health/../prometheus",
            "/actuator/health/%2e%2e/prometheus",
            "/actuator/health/..;/prometheus",
            "/actuator/prometheus;/health",
            "/actuator%2fprometheus",
            "/Actuator/Prometheus",
            "/runner-jobs/../actuator/prometheus",
            "/actuator/prometheus%00health"
        }) {
            answers.put(trick, get(trick, token));
        }
        assertAllRefused(answers, 400, 403, 404);
        assertRefused("prometheus", get("/actuator/prometheus", token), 403);
    }

    @Test
    void withoutAToken() {
        Map<String, Requests.Answer> answers = answers();
        for (String place : PLACES) {
            answers.put(place, get(place));
            answers.put(place + ", a forged token", get(place, Requests.bearer("x.y.z")));
        }
        assertAllRefused(answers, 401);
        Requests.Answer health = get("/actuator/health");
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.body()).doesNotContain("components", "details", "jobstream");
    }

    @Test
    void withATokenThatIsNoLongerGood() {
        String more = ",\"scope\":\"job-events:operate\"";
        String header = "{\"alg\":\"RS256\"}";
        Map<String, Requests.Answer> answers = answers();
        answers.put(
                "expired",
                get(
                        "/actuator/prometheus",
                        Requests.bearer(Tokens.signed(header, Tokens.claims(Tokens.AUDIENCE, Tokens.in(-1), more)))));
        answers.put(
                "without an end",
                get(
                        "/actuator/prometheus",
                        Requests.bearer(Tokens.signed(header, "{\"aud\":\"" + Tokens.AUDIENCE + "\"" + more + "}"))));
        assertAllRefused(answers, 401);
        String good = Tokens.good(Tokens.OPERATE);
        assertThat(get("/actuator/prometheus", Requests.bearer(good)).status()).isEqualTo(200);
        assertRefused("an operator is no watcher", get(Requests.stream(MINE), Requests.bearer(good)), 403);
    }
}
