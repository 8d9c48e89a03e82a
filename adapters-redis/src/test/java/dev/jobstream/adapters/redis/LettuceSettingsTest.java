package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions.RefreshTrigger;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often a cluster's topology is looked at is ours to say only where nobody else does. */
class LettuceSettingsTest {

    @Test
    void aHostThatSaysNothingHasItLookedAtNowAndThen() {
        ClusterTopologyRefreshOptions refresh = followed(ClientOptions.create());

        assertThat(refresh.isPeriodicRefreshEnabled()).isTrue();
        assertThat(refresh.getRefreshPeriod()).isEqualTo(Duration.ofSeconds(5));
        assertThat(refresh.getAdaptiveRefreshTriggers())
                .isEqualTo(ClusterTopologyRefreshOptions.create().getAdaptiveRefreshTriggers());
    }

    @Test
    void theHostsPeriodIsLeftAlone() {
        ClusterTopologyRefreshOptions theirs = ClusterTopologyRefreshOptions.builder()
                .enablePeriodicRefresh(Duration.ofMinutes(7))
                .build();

        assertThat(followed(ClusterClientOptions.builder()
                                .topologyRefreshOptions(theirs)
                                .build())
                        .getRefreshPeriod())
                .isEqualTo(Duration.ofMinutes(7));
    }

    @Test
    void whatElseTheHostHasSaidHolds() {
        ClusterTopologyRefreshOptions refresh = followed(ClusterClientOptions.builder()
                .maxRedirects(9)
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .dynamicRefreshSources(false)
                        .disableAdaptiveRefreshTrigger(RefreshTrigger.ASK_REDIRECT)
                        .build())
                .build());

        assertThat(refresh.isPeriodicRefreshEnabled()).isTrue();
        assertThat(refresh.useDynamicRefreshSources()).isFalse();
        assertThat(refresh.getAdaptiveRefreshTriggers()).doesNotContain(RefreshTrigger.ASK_REDIRECT);
    }

    private static ClusterTopologyRefreshOptions followed(ClientOptions theirs) {
        return LettuceSettings.followTopology(theirs).build().getTopologyRefreshOptions();
    }
}
