package dev.jobstream.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A Chromium without a window, which shows a page. Used by one thread. */
public final class Browser implements AutoCloseable {

    private final ChildProcess process;
    private final Path profile;

    private Browser(ChildProcess process, Path profile) {
        this.process = process;
        this.profile = profile;
    }

    /** The program; says so where this machine has none. */
    public static Optional<Path> program() {
        Optional<Path> program = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> ChildProcess.program(name).stream())
                .findFirst();
        if (program.isEmpty()) {
            NotTested.say("a browser. There is no chromium on the PATH");
        }
        return program;
    }

    /**
     * Starts it.
     *
     * @param page its address
     * @param options beyond those that any test needs
     */
    public static Browser open(Path program, String page, String... options) {
        Path profile = ChildProcess.temporaryDirectory("jobstream-browser-");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--no-sandbox", // else it does not start as root
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile));
        command.addAll(List.of(options));
        command.add(page);
        ChildProcess process = ChildProcess.start(command, null);
        return new Browser(process, profile);
    }

    /** Where it writes what it remembers. */
    public Path profile() {
        return profile;
    }

    @Override
    public void close() throws IOException {
        // Its own children write to the profile too.
        List<ProcessHandle> all = ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        process.close();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
