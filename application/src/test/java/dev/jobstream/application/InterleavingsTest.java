package dev.jobstream.application;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every interleaving that chance finds: set {@code -Djobstream.seeds} for more of them. */
class InterleavingsTest {

    private static final int SEEDS = Integer.getInteger("jobstream.seeds", 3000);
    private static final long FIRST = Long.getLong("jobstream.first-seed", 0);

    @Test
    void everyWatcherSeesTheChainWhole() {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            FeedSimulation.run(seed);
        }
    }

    /** Seeds that found something once. */
    @ParameterizedTest
    @ValueSource(longs = {0})
    void whatOnceWentWrongStaysRight(long seed) {
        FeedSimulation.run(seed);
    }
}
