package dev.jobstream.tools;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process that cannot outlive this JVM, however that ends: it is started by a shell that kills it, stopped or not, when
 * the shell's standard input ends, and that is a pipe from here.
 */
public final class ChildProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 180;

    private static final String LEASH = """
            trap : INT HUP TERM
            out=$1; shift
            exec 3<&0
            "$@" </dev/null >>"$out" 2>&1 3<&- &
            pid=$!
            { cat <&3; kill -9 $pid; } >/dev/null 2>&1 &
            echo $pid
            while wait $pid; status=$?; kill -0 $pid 2>/dev/null; do :; done
            exit $status
            """;

    private final Process shell;
    private final ProcessHandle process;

    private ChildProcess(Process shell, ProcessHandle process) {
        this.shell = shell;
        this.process = process;
    }

    /** @param log where its output is added to; {@code null} for nowhere */
    public static ChildProcess start(List<String> command, @Nullable Path log) {
        return start(command, log, null);
    }

    /** @param directory where it runs; {@code null} for where this JVM does */
    public static ChildProcess start(List<String> command, @Nullable Path log, @Nullable Path directory) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", LEASH, "leash"));
        words.add(log == null ? "/dev/null" : log.toString());
        words.addAll(command);
        try {
            Process shell = new ProcessBuilder(words)
                    .directory(directory == null ? null : directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader out = shell.inputReader();
            long pid = Long.parseLong(out.readLine());
            // One that has ended already is waited for by the shell.
            return new ChildProcess(shell, ProcessHandle.of(pid).orElse(shell.toHandle()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return shell.isAlive();
    }

    /** Sends a POSIX signal, by its name without {@code SIG}. */
    public void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends it at once. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Waits for its end, and returns the exit code as a shell tells it: 128 and the signal, if it was ended by one. */
    public int awaitExit() {
        try {
            if (!shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + pid() + " does not end");
            }
            shell.getOutputStream().close();
            return shell.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
    }

    /** A program of this machine, also one that only root has on its path; empty if there is none. */
    public static Optional<Path> program(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A directory that is deleted, with what is in it, soon after this JVM has ended in whatever way. */
    public static Path temporaryDirectory(String prefix) {
        try {
            Path directory = Files.createTempDirectory(prefix);
            new ProcessBuilder(
                            "sh",
                            "-c",
                            "trap : INT HUP TERM; cat; sleep 1; rm -rf \"$1\"",
                            "leash",
                            directory.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
