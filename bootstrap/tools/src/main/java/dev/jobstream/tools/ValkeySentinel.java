package dev.jobstream.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A primary, a replica of it, and sentinels that watch them, each a process of its own. */
public final class ValkeySentinel implements AutoCloseable {

    /** What the sentinels call the primary. */
    public static final String MASTER = "jobs";

    private static final int SILENCE_MILLIS = 2_000;

    private final List<ValkeyServer> servers = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<ChildProcess> sentinels = new ArrayList<>();

    private ValkeySentinel() {}

    /**
     * Starts all of them, and waits until the sentinels know the replica and each other.
     *
     * @param options of both servers, as on their command line
     */
    public static ValkeySentinel start(int sentinels, String... options) {
        ValkeySentinel all = new ValkeySentinel();
        try {
            all.startServers(options);
            for (int i = 0; i < sentinels; i++) {
                all.startSentinel(sentinels / 2 + 1);
            }
            for (int port : all.ports) {
                await("the sentinels know all", () -> {
                    Object master = all.ask(port, "SENTINEL", "MASTER", MASTER);
                    return "1".equals(field(master, "num-slaves"))
                            && String.valueOf(sentinels - 1).equals(field(master, "num-other-sentinels"));
                });
            }
            return all;
        } catch (IOException e) {
            all.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private void startServers(String... options) {
        List<String> both = new ArrayList<>(Arrays.asList(options));
        // By default a primary waits 5 s for more replicas before it sends its data to the first.
        both.addAll(List.of("--repl-diskless-sync-delay", "0"));
        ValkeyServer primary = ValkeyServer.atFreePort(both.toArray(String[]::new));
        servers.add(primary);
        primary.start();
        both.addAll(List.of("--replicaof", "127.0.0.1", String.valueOf(primary.port())));
        ValkeyServer replica = ValkeyServer.atFreePort(both.toArray(String[]::new));
        servers.add(replica);
        replica.start();
        await(
                "the replica is in step",
                () -> String.valueOf(ask(replica.port(), "INFO", "replication")).contains("master_link_status:up"));
    }

    private void startSentinel(int quorum) throws IOException {
        int port = LocalPort.free();
        Path directory = ChildProcess.temporaryDirectory("jobstream-sentinel-");
        Path settings = Files.writeString(directory.resolve("sentinel.conf"), """
                port %d
                bind 127.0.0.1
                dir %s
                sentinel monitor %s 127.0.0.1 %d %d
                sentinel down-after-milliseconds %3$s %d
                """.formatted(
                        port, directory, MASTER, servers.get(0).port(), quorum, SILENCE_MILLIS));
        ports.add(port);
        sentinels.add(ChildProcess.start(
                List.of(ValkeyServer.program().toString(), settings.toString(), "--sentinel"), null));
    }

    /** Where the sentinels are, each as {@code host:port}. */
    public List<String> nodes() {
        return ports.stream().map(port -> "127.0.0.1:" + port).toList();
    }

    /** The server that was the primary to begin with. */
    public ValkeyServer first() {
        return servers.get(0);
    }

    /** The one that was its replica. */
    public ValkeyServer second() {
        return servers.get(1);
    }

    /** A planned failover. Returns when the sentinels tell it. */
    public void failover() {
        int before = primaryPort();
        // A sentinel that has not yet seen how far the replica is refuses.
        await("the sentinels begin", () -> "OK".equals(ask(ports.get(0), "SENTINEL", "FAILOVER", MASTER)));
        awaitPrimaryOtherThan(before);
    }

    /** Waits until every sentinel tells of another primary than the one at this port. */
    public void awaitPrimaryOtherThan(int before) {
        for (int port : ports) {
            await("the sentinels tell of another primary", () -> primaryPort(port) != before);
        }
    }

    /** The primary's port, as the first sentinel tells it. */
    public int primaryPort() {
        return primaryPort(ports.get(0));
    }

    private int primaryPort(int sentinel) {
        try {
            Object address = ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER);
            return address instanceof List<?> words ? Integer.parseInt(String.valueOf(words.get(1))) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Object ask(int port, String... words) throws IOException {
        try (Resp connection = new Resp(port)) {
            return connection.call(words);
        }
    }

    private static @Nullable String field(@Nullable Object reply, String name) {
        if (!(reply instanceof List<?> words) || !words.contains(name)) {
            return null;
        }
        return String.valueOf(words.get(words.indexOf(name) + 1));
    }

    /** A server that does not answer yet is asked again. */
    private static void await(String what, Callable<Boolean> holds) {
        ClusterNodes.await(what, () -> {
            try {
                return holds.call();
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Override
    public void close() {
        sentinels.forEach(ChildProcess::close);
        servers.forEach(ValkeyServer::close);
    }
}
