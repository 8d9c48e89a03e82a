package dev.jobstream.faults;

import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.Jdk;
import dev.jobstream.tools.LocalPort;
import dev.jobstream.tools.TokenMint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The standalone server as a user runs it: the packaged jar in a JVM of its own. */
final class Node implements AutoCloseable {

    /** Signs with the key that all nodes trust. */
    static final TokenMint MINT = TokenMint.create();

    private static final Path JAR =
            Path.of("..", "standalone", "target", "jobstream.jar").toAbsolutePath();
    private static final Path LOGS = Path.of("target", "faults");
    private static final Path TEMPORARY = ChildProcess.temporaryDirectory("jobstream-node-");
    private static final int TICKS_PER_SECOND = 100;

    private final int port;
    private final ChildProcess process;
    private final Path log;
    private final Jdk jdk;

    private Node(Jdk jdk, int port, ChildProcess process, Path log) {
        this.jdk = jdk;
        this.port = port;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts one on this Valkey, or what stands before it, and waits until it answers.
     *
     * @param name of its log file
     * @param settings {@code name=value}
     */
    static Node start(Jdk jdk, String name, int valkeyPort, String... settings) throws IOException {
        int port = LocalPort.free();
        Files.createDirectories(LOGS);
        Path log = LOGS.resolve(name + ".log");
        Files.deleteIfExists(log);
        List<String> command = new ArrayList<>(List.of(
                jdk.tool("java"),
                "-Xmx384m",
                Scale.FULL ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.io.tmpdir=" + TEMPORARY,
                "-jar",
                JAR.toString(),
                "--server.port=" + port,
                "--jobstream.transport=valkey",
                // Its thousands of watchers are one subject.
                "--jobstream.quota.streams-per-subject=1000000",
                "--jobstream.quota.opens-per-second=1000000",
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + valkeyPort,
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + MINT.publicKey(),
                "--spring.security.oauth2.resourceserver.jwt.audiences=" + TokenMint.AUDIENCE));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(command::add);
        Node node = new Node(jdk, port, ChildProcess.start(command, log), log);
        try {
            Awaitility.await("node " + name).atMost(World.PATIENCE).until(node::answers);
        } catch (RuntimeException e) {
            node.close();
            throw new IllegalStateException(node.log(), e);
        }
        return node;
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the node has ended");
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The log's lines of this level, {@code WARN} or {@code ERROR}. */
    long logged(String level) {
        return log().lines().filter(line -> line.contains(" " + level + " ")).count();
    }

    void signal(String name) {
        process.signal(name);
    }

    void kill() {
        process.kill();
    }

    int awaitExit() {
        return process.awaitExit();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    // ---- what it uses ----

    /** Bytes of reachable objects, after a collection. */
    long reachableBytes() {
        String[] total = jcmd("GC.class_histogram")
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow()
                .trim()
                .split("\\s+");
        return Long.parseLong(total[2]);
    }

    /** Resident memory in bytes, after a collection. */
    long residentBytes() {
        jcmd("GC.run");
        return resident();
    }

    /** Resident memory in bytes, as it is. */
    long resident() {
        return status("VmRSS") * 1024;
    }

    long threads() {
        return status("Threads");
    }

    long descriptors() {
        try (Stream<Path> all = Files.list(proc("fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connections of clients that are open on this side. */
    long connections() {
        String local = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> all = Stream.of("tcp", "tcp6")
                .map(table -> proc("net").resolve(table))
                .flatMap(Node::lines)) {
            return all.map(line -> line.trim().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(local))
                    // 01 is ESTABLISHED and 08 CLOSE_WAIT: the application has not closed it.
                    .filter(fields -> fields[3].equals("01") || fields[3].equals("08"))
                    .count();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** CPU time used so far, in seconds, of the process. */
    double cpuSeconds() {
        return cpuSeconds(proc("stat"));
    }

    /** The same of the threads whose name begins so. */
    double cpuSeconds(String threadName) {
        double sum = 0;
        try (Stream<Path> all = Files.list(proc("task"))) {
            for (Path task : (Iterable<Path>) all::iterator) {
                if (Files.readString(task.resolve("comm")).startsWith(threadName)) {
                    sum += cpuSeconds(task.resolve("stat"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sum;
    }

    private static double cpuSeconds(Path stat) {
        try {
            String text = Files.readString(stat);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long status(String field) {
        try {
            return Files.readAllLines(proc("status")).stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", String.valueOf(process.pid()), file);
    }

    private String jcmd(String command) {
        try {
            Process jcmd = new ProcessBuilder(jdk.tool("jcmd"), String.valueOf(process.pid()), command)
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (jcmd.waitFor() != 0) {
                throw new IllegalStateException(answer);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
