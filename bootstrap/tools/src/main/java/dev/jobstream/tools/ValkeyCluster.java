package dev.jobstream.tools;

import static dev.jobstream.tools.ClusterNodes.await;
import static dev.jobstream.tools.ClusterNodes.call;
import static dev.jobstream.tools.ClusterNodes.nodeLines;
import static dev.jobstream.tools.ClusterNodes.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real cluster for tests, of the servers that {@link ValkeyServer} finds, on free ports of 127.0.0.1. The primaries share
 * the {@value #SLOTS} slots evenly. Every wait of it is for what the nodes themselves say.
 */
public final class ValkeyCluster implements AutoCloseable {

    /** The number of slots of any cluster. */
    public static final int SLOTS = 16_384;

    private final List<ValkeyServer> nodes = new ArrayList<>();
    private final List<Integer> busPorts = new ArrayList<>();
    private final int primaries;
    /** Those that do not answer now, and those that do not belong to it any more. */
    private final Set<ValkeyServer> unasked = ConcurrentHashMap.newKeySet();

    private final @Nullable ClusterBus separable;

    private ValkeyCluster(
            @Nullable ClusterBus separable, int primaries, int replicas, Duration nodeTimeout, String... options) {
        this.separable = separable;
        this.primaries = primaries;
        List<ServerSocket> taken = new ArrayList<>();
        try {
            for (int i = 0; i < primaries * (1 + replicas); i++) {
                ServerSocket bus = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                taken.add(bus);
                int busPort = bus.getLocalPort();
                busPorts.add(separable == null ? busPort : separable.entranceTo(busPort));
                List<String> words = new ArrayList<>(List.of("--cluster-enabled", "yes"));
                words.addAll(List.of("--cluster-port", String.valueOf(busPort)));
                words.addAll(List.of("--cluster-announce-bus-port", String.valueOf(busPorts.get(i))));
                words.addAll(List.of("--cluster-announce-ip", "127.0.0.1"));
                words.addAll(List.of("--cluster-node-timeout", String.valueOf(nodeTimeout.toMillis())));
                words.addAll(List.of("--repl-diskless-sync-delay", "0"));
                words.addAll(Arrays.asList(options));
                nodes.add(ValkeyServer.atFreePort(words.toArray(String[]::new)));
            }
            for (ServerSocket bus : taken) {
                bus.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The three primaries that all tests of this JVM share; no test stops them or moves a slot. */
    public static ValkeyCluster shared() {
        return Shared.CLUSTER;
    }

    /**
     * Starts the nodes and returns when each of them says that the cluster is complete.
     *
     * @param replicas of each primary
     * @param nodeTimeout of silence, after which a node is taken for failed by the others
     * @param options of every node, as on its command line
     */
    public static ValkeyCluster start(int primaries, int replicas, Duration nodeTimeout, String... options) {
        return form(new ValkeyCluster(null, primaries, replicas, nodeTimeout, options));
    }

    /** The same, of which a node can be {@link #separate separated}. */
    public static ValkeyCluster startSeparable(int primaries, int replicas, Duration nodeTimeout, String... options) {
        return form(new ValkeyCluster(new ClusterBus(), primaries, replicas, nodeTimeout, options));
    }

    private static ValkeyCluster form(ValkeyCluster cluster) {
        try {
            cluster.form();
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void form() {
        nodes.forEach(ValkeyServer::start);
        for (int i = 0; i < nodes.size(); i++) {
            call(nodes.get(i), "CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
            if (i < primaries) {
                String first = String.valueOf(SLOTS * i / primaries);
                String last = String.valueOf(SLOTS * (i + 1) / primaries - 1);
                call(nodes.get(i), "CLUSTER", "ADDSLOTSRANGE", first, last);
            }
            for (int j = 0; j < i; j++) {
                ValkeyServer other = nodes.get(j);
                String bus = String.valueOf(busPorts.get(j));
                call(nodes.get(i), "CLUSTER", "MEET", other.host(), String.valueOf(other.port()), bus);
            }
        }
        await("that all nodes know each other", () -> nodes.stream().allMatch(node -> knownTo(node) == nodes.size()));
        for (int i = primaries; i < nodes.size(); i++) {
            call(nodes.get(i), "CLUSTER", "REPLICATE", id(nodes.get(i % primaries)));
        }
        int replicas = nodes.size() - primaries;
        await("that all nodes know the replicas", () -> nodes.stream().allMatch(node -> replicasAt(node) == replicas));
        awaitOk();
    }

    private long knownTo(ValkeyServer node) {
        return nodeLines(node)
                .filter(line -> !line.contains("handshake") && !line.contains("noaddr"))
                .count();
    }

    private static long replicasAt(ValkeyServer node) {
        return nodeLines(node).filter(line -> line.contains("slave")).count();
    }

    /** First the primaries, as they were at the start, then the replicas: those of the first primary at its index + n, … */
    public List<ValkeyServer> nodes() {
        return List.copyOf(nodes);
    }

    /** What Spring's and other clients are told: {@code host:port} of every node. */
    public List<String> addresses() {
        return nodes.stream().map(node -> node.host() + ":" + node.port()).toList();
    }

    public int slotOf(String key) {
        return Math.toIntExact((Long) call(anyNode(), "CLUSTER", "KEYSLOT", key));
    }

    /** The primary that has this slot, as the others see it. */
    public ValkeyServer primaryOf(int slot) {
        return nodes.stream()
                .filter(node -> ClusterNodes.sees(anyNode(), slot, node.port()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no node has the slot " + slot));
    }

    /** The primary that has the slot of this key. */
    public ValkeyServer primaryOf(String key) {
        return primaryOf(slotOf(key));
    }

    /** A replica of the primary that has this slot, as soon as the others see one. */
    public ValkeyServer replicaOf(int slot) {
        await(
                "that the slot " + slot + " has a replica",
                () -> replicaSeenOf(slot).isPresent());
        return replicaSeenOf(slot).orElseThrow();
    }

    private Optional<ValkeyServer> replicaSeenOf(int slot) {
        String primary = id(primaryOf(slot));
        // Not by CLUSTER SLOTS, which leaves out replicas that have not been sent anything yet.
        List<String> replicas = nodeLines(anyNode())
                .filter(line -> line.contains("slave " + primary) && !line.contains("fail"))
                .toList();
        return nodes.stream()
                .filter(node -> replicas.stream().anyMatch(line -> line.contains(":" + node.port() + "@")))
                .findFirst();
    }

    /** Ends the process of a node at once, with all its data. */
    public void kill(ValkeyServer node) {
        unasked.add(node);
        node.kill();
    }

    /** Starts it again; it finds the cluster by what it had written down. */
    public void restart(ValkeyServer node) {
        node.start();
        unasked.remove(node);
    }

    /** Makes a node hang: it keeps its connections and answers nothing. */
    public void hang(ValkeyServer node) {
        unasked.add(node);
        node.signal("STOP");
    }

    /** Lets a node that hangs go on. */
    public void goOn(ValkeyServer node) {
        node.signal("CONT");
        unasked.remove(node);
    }

    /** Cuts a node off from all other nodes; clients and replication still reach it. */
    public void separate(ValkeyServer node) {
        unasked.add(node);
        Objects.requireNonNull(separable).separate(id(node), busPorts.get(nodes.indexOf(node)));
    }

    /** Ends the separation of a node. */
    public void join(ValkeyServer node) {
        Objects.requireNonNull(separable).heal();
        unasked.remove(node);
    }

    /** A planned failover: a replica of the slot's primary takes its place, and nothing is lost. Returns when all see it. */
    public void failOver(int slot) {
        ValkeyServer replica = replicaOf(slot);
        call(replica, "CLUSTER", "FAILOVER");
        awaitPrimary(replica, slot);
    }

    /** Waits until all that answer say that this node has the slot. */
    public void awaitPrimary(ValkeyServer node, int slot) {
        await(
                "that one node has the slot " + slot,
                () -> answering().allMatch(asked -> ClusterNodes.sees(asked, slot, node.port())));
    }

    /** Moves one slot with its keys to another primary, as a resharding does. */
    public void migrate(int slot, ValkeyServer to) {
        migrate(slot, slot, to);
    }

    /** Moves slots that one primary has, with their keys, to another one. */
    public void migrate(int first, int last, ValkeyServer to) {
        ValkeyServer from = primaryOf(first);
        List<ValkeyServer> others = answering()
                .filter(node -> node != to && node != from && isPrimary(node))
                .toList();
        new Resharding(from, to, first, last).move(others);
        awaitPrimary(to, last);
    }

    /** Takes a node without slots out of the cluster, as {@code --cluster del-node} does; its process goes on by itself. */
    public void forget(ValkeyServer node) {
        String id = id(node);
        answering().filter(other -> other != node).forEach(other -> call(other, "CLUSTER", "FORGET", id));
        call(node, "CLUSTER", "RESET", "SOFT");
        unasked.add(node);
    }

    /** Waits until all that answer say that the cluster is complete, and each replica among them follows its primary. */
    public void awaitOk() {
        await(
                "a complete cluster",
                () -> answering()
                        .allMatch(node -> text(node, "CLUSTER", "INFO").contains("cluster_state:ok")
                                && (isPrimary(node)
                                        || text(node, "INFO", "replication").contains("master_link_status:up"))));
    }

    /** The sum over all that answer of a number in {@code CLUSTER INFO}, such as {@code cluster_stats_messages_received}. */
    public long sumOfClusterInfo(String name) {
        return answering()
                .flatMap(node -> text(node, "CLUSTER", "INFO").lines())
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .sum();
    }

    /** The node's name in the cluster. */
    public static String id(ValkeyServer node) {
        return text(node, "CLUSTER", "MYID");
    }

    private static boolean isPrimary(ValkeyServer node) {
        return nodeLines(node).anyMatch(line -> line.contains("myself,master"));
    }

    private Stream<ValkeyServer> answering() {
        return nodes.stream().filter(node -> !unasked.contains(node));
    }

    private ValkeyServer anyNode() {
        return answering().findFirst().orElseThrow();
    }

    @Override
    public void close() {
        nodes.forEach(ValkeyServer::close);
        if (separable != null) {
            separable.close();
        }
    }

    private static final class Shared {
        static final ValkeyCluster CLUSTER = start(3, 0, Duration.ofSeconds(5));
    }
}
