package dev.jobstream.attacks;

import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.Jdk;
import dev.jobstream.tools.LocalPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The packaged server in a small heap, in a process of its own. It ends if its memory does not suffice. */
final class Target implements AutoCloseable {

    /** Within it comes whatever comes at all. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    static final String HEAP = "-Xmx256m";

    private static final Path JAR =
            Path.of("..", "standalone", "target", "jobstream.jar").toAbsolutePath();
    private static final Path LOGS = Path.of("target", "attacks");
    private static final Path TEMPORARY = ChildProcess.temporaryDirectory("jobstream-target-");

    private final int port;
    private final ChildProcess process;
    private final Path log;

    private Target(int port, ChildProcess process, Path log) {
        this.port = port;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts one that trusts the suite's own key, and waits until it answers.
     *
     * @param name of its log file
     * @param settings {@code name=value}
     */
    static Target start(Jdk jdk, String name, String... settings) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + Tokens.MINT.publicKey(),
                "spring.security.oauth2.resourceserver.jwt.audiences=" + Tokens.AUDIENCE));
        all.addAll(List.of(settings));
        return startTrusting(jdk, name, all.toArray(String[]::new));
    }

    /** The same with the keys that these settings name. */
    static Target startTrusting(Jdk jdk, String name, String... settings) throws IOException {
        int port = LocalPort.free();
        Files.createDirectories(LOGS);
        Path log = LOGS.resolve(name + ".log");
        Files.deleteIfExists(log);
        List<String> command = new ArrayList<>(List.of(
                jdk.tool("java"),
                HEAP,
                Scale.LOAD ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.io.tmpdir=" + TEMPORARY,
                "-jar",
                JAR.toString(),
                "--server.port=" + port,
                "--jobstream.demo=false"));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(command::add);
        Target target = new Target(port, ChildProcess.start(command, log), log);
        try {
            Awaitility.await("the server " + name).atMost(PATIENCE).until(target::isReady);
        } catch (RuntimeException e) {
            target.close();
            throw new IllegalStateException(target.log(), e);
        }
        return target;
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the server has ended");
        }
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All that it has logged, a character for each byte. */
    String log() {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long threads() {
        try {
            return Files.readAllLines(proc("status")).stream()
                    .filter(line -> line.startsWith("Threads:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long descriptors() {
        try (Stream<Path> all = Files.list(proc("fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", String.valueOf(process.pid()), file);
    }

    @Override
    public void close() {
        process.close();
    }
}
