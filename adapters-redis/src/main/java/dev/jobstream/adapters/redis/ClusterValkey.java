package dev.jobstream.adapters.redis;

import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The primaries of a cluster, each with a state of its own: one that hangs stops nothing but what it keeps.
 *
 * <p>The driver looks at the topology anew when it is told that a slot has moved, and now and then, but never because a node
 * is silent; and it goes back to a node that was taken out of the cluster for as long as that one listens. So a node that
 * does not answer is a reason to look, and a subscription over one that is silent, or that the others do not know, is left.
 */
final class ClusterValkey implements ValkeyNodes {

    private final LettuceConnectionFactory connections;
    private final OpenConnections open;
    /** Of the cluster as a whole: whether there is a way in. */
    private final NodeState whole = new NodeState("Valkey");

    private final Map<String, NodeState> primaries = new ConcurrentHashMap<>();
    private volatile @Nullable Partitions topology;

    ClusterValkey(LettuceConnectionFactory connections, OpenConnections open) {
        this.connections = connections;
        this.open = open;
    }

    @Override
    public void ask() {
        StatefulRedisClusterConnection<?, ?> cluster = cluster();
        if (cluster == null) {
            return;
        }
        Map<RedisClusterNode, CompletableFuture<Answer>> asked = new LinkedHashMap<>();
        for (RedisClusterNode node : cluster.getPartitions()) {
            if (node.getRole().isUpstream() && !node.hasNoSlots()) {
                asked.put(node, ask(cluster, node));
            }
        }
        Duration limit = Duration.ofMillis(2 * connections.getTimeout());
        long begin = System.nanoTime();
        Set<String> names = new HashSet<>();
        asked.forEach((node, answer) -> {
            names.add(name(node));
            NodeState state = primaries.computeIfAbsent(name(node), name -> new NodeState("Valkey's node " + name));
            hear(node, state, await(answer, limit.minusNanos(System.nanoTime() - begin)));
        });
        primaries.forEach((name, state) -> {
            if (!names.contains(name)) {
                primaries.remove(name);
                state.forgotten();
            }
        });
        if (!missing().isEmpty()) {
            lookAtTopology();
        }
        leaveStrangers(cluster.getPartitions());
    }

    @SuppressWarnings("deprecation") // There is no other way from Spring's connection to the driver's.
    private @Nullable StatefulRedisClusterConnection<?, ?> cluster() {
        long begin = System.nanoTime();
        try (RedisClusterConnection connection = connections.getClusterConnection()) {
            StatefulRedisClusterConnection<?, ?> cluster = ((RedisAdvancedClusterAsyncCommands<?, ?>)
                            connection.getNativeConnection())
                    .getStatefulConnection();
            topology = cluster.getPartitions();
            whole.answered();
            return cluster;
        } catch (RuntimeException e) { // Whatever it was: there is no way in.
            ValkeyErrors.throwIfInterrupted(e);
            if (whole.failed(e, Duration.ofNanos(System.nanoTime() - begin))) {
                connections.resetConnection();
            }
            return null;
        }
    }

    /** Over the connection that this node's commands take. */
    private static CompletableFuture<Answer> ask(StatefulRedisClusterConnection<?, ?> cluster, RedisClusterNode node) {
        long begin = System.nanoTime();
        return cluster.getConnectionAsync(node.getUri().getHost(), node.getUri().getPort())
                .thenCompose(connection -> connection.async().ping())
                .handle((pong, failure) -> new Answer(failure, Duration.ofNanos(System.nanoTime() - begin)));
    }

    /** The driver has a time limit of its own; this one is for a connection that is neither made nor given up. */
    private static Answer await(CompletableFuture<Answer> answer, Duration limit) {
        try {
            return answer.get(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return new Answer(e, limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void hear(RedisClusterNode node, NodeState state, Answer answer) {
        if (answer.failure == null) {
            state.answered();
        } else if (state.failed(answer.failure, answer.after)) {
            int unused = open.leave(address(node)::equals);
        }
    }

    /** Returns at once; what it finds the driver tells its connections. */
    private void lookAtTopology() {
        if (connections.getNativeClient() instanceof RedisClusterClient client
                && !client.isTopologyRefreshInProgress()) {
            var unused = client.refreshPartitionsAsync();
        }
    }

    private void leaveStrangers(Partitions known) {
        Set<SocketAddress> addresses = new HashSet<>();
        known.forEach(node -> addresses.add(address(node)));
        if (addresses.isEmpty()) {
            return;
        }
        int unused = open.leaveSubscriptions(address -> !addresses.contains(address));
    }

    private static SocketAddress address(RedisClusterNode node) {
        return new InetSocketAddress(node.getUri().getHost(), node.getUri().getPort());
    }

    private static String name(RedisClusterNode node) {
        return node.getUri().getHost() + ":" + node.getUri().getPort();
    }

    @Override
    public boolean areAnswering() {
        return whole.isAnswering() && primaries.values().stream().allMatch(NodeState::isAnswering);
    }

    @Override
    public boolean isSilent(byte[] key) {
        Partitions known = topology;
        if (known == null || !whole.isAnswering()) {
            return whole.isSilent();
        }
        RedisClusterNode node = known.getPartitionBySlot(SlotHash.getSlot(key));
        NodeState state = node == null ? null : primaries.get(name(node));
        return state != null && state.isSilent();
    }

    @Override
    public List<String> missing() {
        return primaries.entrySet().stream()
                .filter(node -> !node.getValue().isAnswering())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Which node is the primary the topology says. */
    @Override
    public void lookForPrimary() {
        lookAtTopology();
    }

    @Override
    public void reset() {
        whole.reset();
        primaries.clear();
        topology = null;
    }

    private record Answer(@Nullable Throwable failure, Duration after) {}
}
