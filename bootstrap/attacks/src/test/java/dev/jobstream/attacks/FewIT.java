package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.tools.Jdk;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The attacks that need many connections, with a few: what is answered, and that the server lives. Those with many are in
 * the classes with the tag {@code load}.
 */
class FewIT {

    private static final int CONNECTIONS = 20;
    private static final String PLACES = "5";

    private static Issuer issuer;
    private static Target target;

    @BeforeAll
    static void start() throws IOException {
        issuer = new Issuer();
        target = Target.start(
                Jdk.running(),
                "few",
                issuer.setting(),
                "spring.security.oauth2.resourceserver.jwt.issuer-uri=" + Tokens.ISSUER,
                "jobstream.publish.concurrent-bodies=" + PLACES,
                "jobstream.publish.body-timeout=2s");
    }

    @AfterAll
    static void stop() {
        String log = target.log();
        target.close();
        issuer.close();
        assertThat(log).doesNotContain("OutOfMemoryError");
        assertThat(Tokens.secrets()).noneMatch(log::contains);
    }

    private static void assertLives() {
        assertThat(Requests.get(target.port(), "/actuator/health/liveness").status())
                .isEqualTo(200);
        assertThat(Requests.get(target.port(), Requests.stream("honest"), Requests.bearer(Tokens.good(Tokens.READ)))
                        .status())
                .isEqualTo(200);
    }

    /** Until each was answered once on average; then all of the answers are among these. */
    private static void attack(Supplier<Crowd.Letter> letters, Integer... statuses) throws IOException {
        try (Crowd crowd = new Crowd(target.port(), CONNECTIONS, Crowd.Manner.COMES_AGAIN, 100, letters)) {
            await().atMost(Target.PATIENCE).until(() -> answered(crowd.answers()) >= CONNECTIONS);
            assertLives();
            assertThat(crowd.answers().keySet()).isSubsetOf(statuses);
        }
    }

    private static int answered(Map<Integer, Integer> answers) {
        return answers.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    void formsWithoutATokenAreAnsweredAtOnce() throws IOException {
        attack(Letters.slowForms(), 401);
    }

    @Test
    void largeFormsWithoutATokenAreNotRead() throws IOException {
        try (Crowd crowd = new Crowd(target.port(), 5, Crowd.Manner.COMES_AGAIN, 100, Letters.largeForms())) {
            await().atMost(Target.PATIENCE).until(() -> answered(crowd.answers()) >= 10);
            assertLives();
            // Who is still sending when the connection closes may see no answer.
            assertThat(crowd.answers().keySet()).isSubsetOf(401, Crowd.NONE);
        }
    }

    @Test
    void bodiesThatComeSlowlyAreToldSo() throws IOException {
        try (Crowd crowd = new Crowd(target.port(), CONNECTIONS, Crowd.Manner.COMES_AGAIN, 100, Letters.slowJson())) {
            await().atMost(Target.PATIENCE).until(() -> crowd.answers().keySet().containsAll(List.of(408, 429)));
            assertLives();
            assertThat(crowd.answers().keySet()).isSubsetOf(408, 429, 503);
        }
    }

    @Test
    void tooManyTinyEventsAreNotTaken() throws IOException {
        try (Crowd crowd = new Crowd(target.port(), CONNECTIONS, Crowd.Manner.COMES_AGAIN, 100, Letters.tinyEvents())) {
            await().atMost(Target.PATIENCE).until(() -> crowd.answers().getOrDefault(413, 0) >= CONNECTIONS);
            assertLives();
            // Beyond the places for bodies there is 429 or 503, which who is still sending may not see.
            assertThat(crowd.answers().keySet()).isSubsetOf(413, 429, 503, Crowd.NONE);
        }
    }

    @Test
    void junkTokensDoNotDriveTheIssuer() throws IOException {
        assertLives();
        long begin = System.nanoTime();
        int before = issuer.asked();
        // A key that is not known may be new, which cannot be told while the issuer is not asked: 503.
        attack(Letters.junkTokens(), 401, 503);
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        assertThat(issuer.asked() - before).as("keys asked for").isLessThanOrEqualTo((int) (2 + 2 * (seconds / 5)));
    }

    @Test
    void tokensOfAnotherIssuerAreNotTaken() {
        String rest = Tokens.claims().replace("\"iss\":\"" + Tokens.ISSUER + "\",", "");
        assertThat(rest).doesNotContain("iss");
        for (String issuer : List.of(
                "",
                "\"iss\":\"https://evil.example\",",
                "\"iss\":\"" + Tokens.ISSUER + "/\",",
                "\"iss\":\"" + Tokens.ISSUER + ".evil.example\",",
                "\"iss\":\"HTTPS://ISSUER.EXAMPLE\",",
                "\"iss\":[\"" + Tokens.ISSUER + "\"],",
                "\"iss\":null,")) {
            String token = Tokens.signed("{\"alg\":\"RS256\"}", "{" + issuer + rest.substring(1));
            Requests.Answer answer = Requests.get(target.port(), Requests.stream("mine"), Requests.bearer(token));
            assertThat(answer.status()).as(issuer).isEqualTo(401);
        }
    }

    /** At the usual level the log has no address of a request: who writes a token into one has not published it there. */
    @Test
    void aTokenInTheQueryIsNotTakenAndNotLogged() {
        String token = Tokens.good(Tokens.READ);
        Requests.Answer answer = Requests.get(target.port(), Requests.stream("mine") + "?access_token=" + token);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.head() + answer.body()).doesNotContain(token);
    }
}
