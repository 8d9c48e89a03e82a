package dev.jobstream.bootstrap.standalone;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The script {@code jobstream}, run by a shell with an awk. */
final class JobstreamCommand {

    static final Path SCRIPT =
            Path.of("src", "main", "resources", "dev", "jobstream", "jobstream").toAbsolutePath();

    private static final long PATIENCE_SECONDS = 120;
    // Who starts a build in the background has it ignore SIGINT, and so does all that it starts: a shell cannot undo
    // it.
    private static final List<String> WITH_SIGNALS = Stream.of(List.of("env", "--default-signal=INT"))
            .filter(JobstreamCommand::works)
            .findFirst()
            .orElse(List.of());
    private static final Path FILES = ChildProcess.temporaryDirectory("jobstream-command-");

    private final List<String> shell;
    private final Map<String, String> environment = new HashMap<>();
    private Path directory = FILES;

    /** What has been started, with its output in files. */
    record Running(Process process, Path out, Path err) implements AutoCloseable {

        Ended await() throws IOException, InterruptedException {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("ends; so far: %s%n%s", output(), Files.readString(err))
                    .isTrue();
            return new Ended(process.exitValue(), Files.readAllBytes(out), Files.readString(err));
        }

        /** What it has printed so far. */
        String output() throws IOException {
            return new String(Files.readAllBytes(out), UTF_8);
        }

        void tell(String line) throws IOException {
            process.getOutputStream().write((line + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
        }

        void signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        }

        @Override
        public void close() {
            Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList()
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    record Ended(int status, byte[] bytes, String errors) {

        String output() {
            return new String(bytes, UTF_8);
        }

        Ended succeeds() {
            return endsWith(0);
        }

        Ended endsWith(int expected) {
            assertThat(status).as("exit status; %s", errors).isEqualTo(expected);
            return this;
        }
    }

    /** Run as an operator would, at a server on this machine. */
    JobstreamCommand(int port) {
        this(port, List.of("sh"));
    }

    JobstreamCommand(int port, List<String> shell) {
        this.shell = shell;
        environment.put("JOBSTREAM_URL", "http://127.0.0.1:" + port);
        environment.put("JOBSTREAM_TOKEN", RunningServer.token());
    }

    JobstreamCommand with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    JobstreamCommand in(Path where) {
        directory = where;
        return this;
    }

    /** Programs of this name are this one. */
    JobstreamCommand withProgram(String name, Path program) throws IOException {
        Path links = Files.createTempDirectory(FILES, "path-");
        Files.createSymbolicLink(links.resolve(name), program);
        return with("PATH", links + File.pathSeparator + environment.getOrDefault("PATH", System.getenv("PATH")));
    }

    Running start(String... words) throws IOException {
        List<String> command = new ArrayList<>(shell);
        command.add(SCRIPT.toString());
        command.addAll(List.of(words));
        return startProcess(command);
    }

    Ended run(String... words) throws IOException, InterruptedException {
        try (Running running = start(words)) {
            running.process().getOutputStream().close();
            return running.await();
        }
    }

    /** A script that finds the command on its PATH. */
    Ended runScript(String script) throws IOException, InterruptedException {
        withProgram("jobstream", SCRIPT);
        try (Running running = startProcess(List.of("sh", "-ec", script))) {
            running.process().getOutputStream().close();
            return running.await();
        }
    }

    private Running startProcess(List<String> command) throws IOException {
        Path out = Files.createTempFile(FILES, "out-", "");
        Path err = Files.createTempFile(FILES, "err-", "");
        List<String> words = new ArrayList<>(WITH_SIGNALS);
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("JOBSTREAM_"));
        builder.environment().putAll(environment);
        return new Running(builder.start(), out, err);
    }

    private static boolean works(List<String> prefix) {
        try {
            return new ProcessBuilder(prefix)
                            .redirectErrorStream(true)
                            .redirectOutput(DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
