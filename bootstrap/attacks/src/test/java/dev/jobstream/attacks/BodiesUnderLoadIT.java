package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Jdk;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies and headers that come slowly, or that are large. */
@Tag("load")
class BodiesUnderLoadIT {

    static List<Jdk> jdks() {
        return Scale.FULL ? Jdk.oldAndNew() : List.of(Jdk.running());
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void formsThatComeSlowly(Jdk jdk) throws Exception {
        try (Siege siege = Siege.inMemory("slow-forms", "forms without a token, a byte a second", jdk)) {
            Map<Integer, Integer> answers = siege.by(Scale.CONNECTIONS, Crowd.Manner.COMES_AGAIN, Letters.slowForms());
            assertThat(answers).containsOnlyKeys(401);
            siege.held("401 at once");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void formsOf73Megabytes(Jdk jdk) throws Exception {
        try (Siege siege = Siege.inMemory("large-forms", "forms of 73 MB without a token", jdk)) {
            Map<Integer, Integer> answers = siege.by(Scale.CONNECTIONS, Crowd.Manner.COMES_AGAIN, Letters.largeForms());
            // Who is still sending when the connection closes may see no answer.
            assertThat(answers.keySet()).isSubsetOf(401, Crowd.NONE).contains(401);
            siege.held("401 at once, unread; `0` were cut off while they sent");
        }
    }

    /** Publishing over HTTP is what these take away, of others too, so honest events come through Valkey. */
    @ParameterizedTest
    @MethodSource("jdks")
    void jsonThatComesSlowly(Jdk jdk) throws Exception {
        try (Siege siege = Siege.onValkey("slow-json", "JSON of a token for one job, a byte a second", jdk)) {
            Map<Integer, Integer> answers = siege.by(Scale.CONNECTIONS, Crowd.Manner.COMES_AGAIN, Letters.slowJson());
            assertThat(answers.keySet()).isSubsetOf(408, 429, 503).contains(408);
            siege.held("408 after 5 s; 429 above half of the places");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void headersThatNeverEnd(Jdk jdk) throws Exception {
        try (Siege siege = Siege.inMemory("slow-headers", "headers that never end, a line a second", jdk)) {
            Map<Integer, Integer> answers =
                    siege.by(Scale.CONNECTIONS, Crowd.Manner.COMES_AGAIN, Letters.slowHeaders());
            assertThat(answers.keySet()).isSubsetOf(400, 408, 431, Crowd.NONE);
            siege.held("closed after 10 s: a connection each until then, and no thread");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tinyEvents(Jdk jdk) throws Exception {
        try (Siege siege = Siege.inMemory("tiny-events", "174,000 events in a request of 4 MiB", jdk)) {
            Map<Integer, Integer> answers = siege.by(Scale.CONNECTIONS, Crowd.Manner.COMES_AGAIN, Letters.tinyEvents());
            assertThat(answers.keySet()).isSubsetOf(413, 429, 503, Crowd.NONE).contains(413);
            siege.held("413; 429 or 503 while too much is being read");
        }
    }
}
