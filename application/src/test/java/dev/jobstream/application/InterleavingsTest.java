package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every interleaving that chance finds: set {@code -Djobstream.seeds} for more of them. */
class InterleavingsTest {

    private static final int SEEDS = Integer.getInteger("jobstream.seeds", 1000);
    private static final long FIRST = Long.getLong("jobstream.first-seed", 0);

    @Test
    void everyWatcherSeesTheChainWhole() {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            FeedSimulation.run(seed, false);
        }
    }

    /** The same with subscriptions that are lost without a word, and with streams that are ended from outside. */
    @Test
    void everyWatcherSeesTheChainWholeOverAWireThatGoesDeaf() {
        Set<FeedSimulation.Event> happened = EnumSet.noneOf(FeedSimulation.Event.class);
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            happened.addAll(FeedSimulation.run(seed, true));
        }
        assertThat(happened).containsExactlyInAnyOrder(FeedSimulation.Event.values());
    }

    /** Seeds that found something once. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                16, 28, 50, 56, 239, 715, 948, 1018, 1026, 1223, 1298, 1531, 1795, 2284, 2622, 2994, 3006, 3647, 4286,
                5611, 6690, 7530, 7615, 8662, 101154, 102991, 105483
            })
    void whatOnceWentWrongStaysRight(long seed) {
        FeedSimulation.run(seed, false);
    }
}
