package dev.jobstream.bootstrap.standalone;

import dev.jobstream.tools.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The standalone server as a process of its own, started by its main method as an operator would. */
final class ServerProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("started on port (\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ChildProcess process;
    private final Path log;

    private ServerProcess(ChildProcess process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param settings {@code name=value}; with them it is not known yet whether the server has started */
    static ServerProcess start(String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1", // As the tests themselves, see the parent.
                "-cp",
                System.getProperty("java.class.path"),
                JobstreamApplication.class.getName(),
                "--server.port=0",
                "--jobstream.demo=false"));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(command::add);
        Path log = Files.createFile(
                ChildProcess.temporaryDirectory("jobstream-server-").resolve("log"));
        return new ServerProcess(ChildProcess.start(command, log), log);
    }

    int awaitPort() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !isAlive() || PORT.matcher(output()).find());
        Matcher matcher = PORT.matcher(output());
        if (!matcher.find()) {
            throw new IllegalStateException("ended before it had started:\n" + output());
        }
        return Integer.parseInt(matcher.group(1));
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.signal("TERM");
    }

    /** Sends SIGKILL. */
    void kill() {
        process.kill();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int awaitExit() {
        return process.awaitExit();
    }

    @Override
    public void close() {
        process.close();
    }
}
