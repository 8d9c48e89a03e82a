package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Jdk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;

/**
 * Tests of attacks that need no load: they share one server, which logs in detail. Whatever they send, its log has no token
 * and no control character in the end, and it has not run out of memory.
 */
abstract class SharedTarget {

    /** A token's holder may read and publish this job only. */
    static final String MINE = "mine";

    /** A job of somebody else. */
    static final String THEIRS = "theirs";

    static final String SECRET = "their-secret";

    /** What a stranger writes in the hope that it becomes a line, a field or a header of its own. */
    static final String FORGED = "FORGED";

    /** Started by whoever needs it first; it ends with this JVM. */
    private static final class Started {

        static final Target TARGET = start();

        private static Target start() {
            try {
                return Target.start(
                        Jdk.running(),
                        "shared",
                        "logging.level.dev.jobstream=DEBUG",
                        "logging.level.org.springframework.security=DEBUG");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Target target() {
        return Started.TARGET;
    }

    static int port() {
        return target().port();
    }

    static Requests.Answer get(String path, String... headers) {
        return Requests.get(port(), path, headers);
    }

    /** Publishes their secret, and returns its id. */
    static String theirSecret() {
        Requests.Answer answer = Requests.json(
                port(),
                Tokens.good(Tokens.WRITE),
                THEIRS,
                "{\"event\":\"step.output\",\"data\":{\"chunk\":\"" + SECRET + "\"}}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.body().replaceAll("[^0-9-]", "");
    }

    static void assertRefused(String what, Requests.Answer answer, Integer... statuses) {
        assertThat(answer.status()).as("%s: %s", what, answer.head()).isIn((Object[]) statuses);
        assertThat(answer.contentType()).as(what).containsExactly("application/problem+json");
        assertThat(answer.body())
                .as(what)
                .contains("\"status\":" + answer.status())
                .doesNotContain(SECRET, FORGED);
        assertThat(answer.head()).as(what).doesNotContain(SECRET, FORGED);
        if (answer.status() == 401) {
            assertThat(answer.header("WWW-Authenticate"))
                    .as(what)
                    .hasSize(1)
                    .allMatch(value -> value.startsWith("Bearer"));
        }
    }

    /** The same for many at once, so that one run tells of all of them. */
    static void assertAllRefused(Map<String, Requests.Answer> answers, Integer... statuses) {
        org.assertj.core.api.SoftAssertions.assertSoftly(softly ->
                answers.forEach((what, answer) -> softly.assertThatCode(() -> assertRefused(what, answer, statuses))
                        .as(what)
                        .doesNotThrowAnyException()));
    }

    static Map<String, Requests.Answer> answers() {
        return new TreeMap<>();
    }

    @AfterAll
    static void theLogIsClean() {
        String log = target().log();
        for (String secret : Tokens.secrets()) {
            assertThat(log.contains(secret))
                    .as("a token is in the log: %s", secret)
                    .isFalse();
        }
        assertThat(log.chars()
                        .filter(c -> c < ' ' && c != '\n' && c != '\t' || c == 0x7f)
                        .toArray())
                .as("control characters in the log")
                .isEmpty();
        assertThat(log.lines()).noneMatch(line -> line.startsWith(FORGED));
        assertThat(log).doesNotContain("OutOfMemoryError").doesNotContain("StackOverflowError");
        assertThat(target().isAlive()).isTrue();
    }
}
