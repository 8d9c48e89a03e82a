package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
}
