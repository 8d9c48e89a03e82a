package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Jdk;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens of keys that nobody has: each could be of a new key, for which the issuer would have to be asked. */
@Tag("load")
class TokensUnderLoadIT {

    /** The issuer may be asked twice in as many seconds. */
    private static final int INTERVAL_SECONDS = 5;

    static java.util.List<Jdk> jdks() {
        return BodiesUnderLoadIT.jdks();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void theIssuerIsThere(Jdk jdk) throws Exception {
        attack("good", Issuer.Mood.GOOD, "an issuer that answers", jdk);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void theIssuerHangs(Jdk jdk) throws Exception {
        attack("hangs", Issuer.Mood.HANGS, "an issuer that hangs", jdk);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void theIssuerRefuses(Jdk jdk) throws Exception {
        attack("refuses", Issuer.Mood.REFUSES, "an issuer that answers 503", jdk);
    }

    private static void attack(String name, Issuer.Mood mood, String issuerIs, Jdk jdk) throws Exception {
        try (Issuer issuer = new Issuer();
                Siege siege = Siege.inMemory(
                        "junk-tokens-" + name, "tokens of random keys, " + issuerIs, jdk, issuer.setting())) {
            issuer.is(mood);
            int before = issuer.asked();
            long begin = System.nanoTime();
            Map<Integer, Integer> answers = siege.by(Scale.CONNECTIONS, Crowd.Manner.COMES_AGAIN, Letters.junkTokens());
            long seconds = (System.nanoTime() - begin) / 1_000_000_000;
            int asked = issuer.asked() - before;
            assertThat(answers.keySet()).isSubsetOf(401, 503);
            assertThat(asked).as("keys asked for").isLessThanOrEqualTo((int) (2 + 2 * seconds / INTERVAL_SECONDS));
            siege.figure("the issuer was asked", asked).held("401, or 503 where it cannot be told");
        }
    }
}
