package dev.jobstream.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A link with a delay between two network namespaces of our own; the machine's is not touched. What the server's end sends
 * arrives so much later, and what the client's end answers at once: a round trip is as long as the delay.
 */
final class Link implements AutoCloseable {

    static final String SERVER_ADDRESS = "10.213.77.1";
    private static final String CLIENT_ADDRESS = "10.213.77.2";
    private static final String MASK = "/30";
    private static final String SERVER_DEVICE = "jobstream0";
    private static final String CLIENT_DEVICE = "jobstream1";

    /** Packets on their way; those that exceed netem's own limit would be lost. */
    private static final String PACKETS = "100000";

    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final String server = "jobstream-" + ProcessHandle.current().pid() + "-server";
    private final String client = "jobstream-" + ProcessHandle.current().pid() + "-client";
    private final Thread onExit = new Thread(this::remove);

    /** @throws NotRun if this machine does not have what it takes */
    Link(int delayMillis) {
        if (!isRoot()) {
            throw new NotRun("network namespaces need root");
        }
        try {
            Commands.run("ip", "-V");
            Commands.run("tc", "-V");
        } catch (UncheckedIOException e) {
            throw new NotRun("there is no iproute2");
        }
        Runtime.getRuntime().addShutdownHook(onExit);
        try {
            Commands.run("ip", "netns", "add", server);
            Commands.run("ip", "netns", "add", client);
            join();
        } catch (IllegalStateException e) {
            close();
            throw new NotRun("no network namespaces can be made: " + e.getMessage());
        }
        try {
            String delay = delayMillis + "ms";
            in("tc", server, "qdisc", "add", "dev", SERVER_DEVICE, "root", "netem", "delay", delay, "limit", PACKETS);
        } catch (IllegalStateException e) {
            close();
            throw new NotRun("the kernel has no netem");
        }
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void join() {
        in("ip", server, "link", "add", SERVER_DEVICE, "type", "veth", "peer", "name", CLIENT_DEVICE, "netns", client);
        in("ip", server, "addr", "add", SERVER_ADDRESS + MASK, "dev", SERVER_DEVICE);
        in("ip", client, "addr", "add", CLIENT_ADDRESS + MASK, "dev", CLIENT_DEVICE);
        in("ip", server, "link", "set", SERVER_DEVICE, "up");
        in("ip", client, "link", "set", CLIENT_DEVICE, "up");
        // Valkey and the feeder are at the server's end.
        in("ip", server, "link", "set", "lo", "up");
    }

    private static void in(String tool, String namespace, String... words) {
        List<String> command = new ArrayList<>(List.of(tool, "-n", namespace));
        command.addAll(List.of(words));
        Commands.run(command.toArray(String[]::new));
    }

    /** The client's namespace. */
    String client() {
        return client;
    }

    /** What to put before a command that is to run at the server's end. */
    List<String> atServer() {
        return at(server);
    }

    /** What to put before a command that is to run in a namespace. */
    static List<String> at(String namespace) {
        return List.of("ip", "netns", "exec", namespace);
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // It is being shut down, and the hook does the same once more.
        }
    }

    /** A namespace without its name would live on as long as something runs in it. */
    private void remove() {
        for (String namespace : List.of(client, server)) {
            try {
                end(namespace);
                Commands.run("ip", "netns", "del", namespace);
            } catch (IllegalStateException | UncheckedIOException e) {
                if (!String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("no such file")) {
                    System.out.println("left behind: " + namespace + ", " + e.getMessage());
                }
            }
        }
    }

    private static void end(String namespace) {
        List<ProcessHandle> inside = Commands.run("ip", "netns", "pids", namespace)
                .lines()
                .map(pid -> ProcessHandle.of(Long.parseLong(pid.trim())))
                .flatMap(Optional::stream)
                .toList();
        inside.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + GRACE_NANOS;
        while (inside.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(RETRY_NANOS);
        }
        inside.forEach(ProcessHandle::destroyForcibly);
    }
}
