package dev.jobstream.adapters.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions.RefreshTrigger;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The driver's settings that a stream needs and that are not its defaults: to notice soon that Valkey is gone, to say so
 * rather than to queue, and to be back soon.
 */
public final class LettuceSettings {

    /** How long a command may take, unless the host says otherwise. */
    public static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration MAX_CONNECT = Duration.ofSeconds(2);
    private static final long FIRST_RECONNECT_MILLIS = 20;
    private static final long SLOWEST_RECONNECT_MILLIS = 1_000;

    /** How often a cluster's topology is looked at; besides whenever something says that it has changed. */
    private static final Duration LOOK_AT_TOPOLOGY = Duration.ofSeconds(5);

    private LettuceSettings() {}

    /** Tries to connect again once a second at the least; by default the driver pauses for up to 30 s. */
    public static ClientResources.Builder reconnectSoon(ClientResources.Builder resources) {
        return resources.reconnectDelay(
                Delay.exponential(FIRST_RECONNECT_MILLIS, SLOWEST_RECONNECT_MILLIS, TimeUnit.MILLISECONDS, 2));
    }

    /** Lets messages gather for a millisecond while they come faster than that, which spares a wake-up for each. */
    public static ClientResources.Builder readInBursts(ClientResources.Builder resources) {
        return resources.nettyCustomizer(ReadCoalescing.ofSubscriptions());
    }

    /**
     * Looks at the topology of a cluster now and then, unless the host says how often: by itself the driver does so only when
     * it is told that a slot has moved or loses a connection, and never hears that a node was taken out or hangs.
     */
    public static ClusterClientOptions.Builder followTopology(ClientOptions theirs) {
        ClusterClientOptions options = theirs instanceof ClusterClientOptions cluster
                ? cluster
                : ClusterClientOptions.builder(theirs).build();
        ClusterTopologyRefreshOptions refresh = options.getTopologyRefreshOptions();
        if (refresh == null) {
            refresh = ClusterTopologyRefreshOptions.create();
        }
        if (refresh.isPeriodicRefreshEnabled()) {
            return options.mutate();
        }
        ClusterTopologyRefreshOptions.Builder ours = ClusterTopologyRefreshOptions.builder()
                .enablePeriodicRefresh(LOOK_AT_TOPOLOGY)
                .closeStaleConnections(refresh.isCloseStaleConnections())
                .dynamicRefreshSources(refresh.useDynamicRefreshSources())
                .adaptiveRefreshTriggersTimeout(refresh.getAdaptiveRefreshTimeout())
                .refreshTriggersReconnectAttempts(refresh.getRefreshTriggersReconnectAttempts());
        for (RefreshTrigger trigger : RefreshTrigger.values()) {
            if (!refresh.getAdaptiveRefreshTriggers().contains(trigger)) {
                ours.disableAdaptiveRefreshTrigger(trigger);
            }
        }
        return options.mutate().topologyRefreshOptions(ours.build());
    }

    /**
     * Fails commands while there is no connection, and those under way when it breaks. Queued they would be without bound,
     * and sent again they could append an event twice.
     */
    public static ClientOptions.Builder failFast(ClientOptions.Builder options) {
        return options.autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(MAX_CONNECT)
                        // A subscriber sends nothing, so that only the kernel can find out that nobody is there.
                        .keepAlive(KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(5))
                                .interval(Duration.ofSeconds(2))
                                .count(3)
                                .build())
                        .build());
    }
}
