package dev.jobstream.benchmarks;

import dev.jobstream.tools.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server that was started, and what {@code /proc} tells of it. */
final class ServerProcess implements AutoCloseable {

    /** What the kernel counts CPU time in: USER_HZ, the same on every architecture that has a JDK. */
    private static final double TICKS_A_SECOND = 100;

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern HEAP_USED = Pattern.compile("used (\\d+)K");

    private final ChildProcess process;
    private final int port;
    private final @Nullable Jdk jdk;

    /** @param jdk what it runs on; {@code null} if it is no Java program */
    ServerProcess(ChildProcess process, int port, @Nullable Jdk jdk) {
        this.process = process;
        this.port = port;
        this.jdk = jdk;
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isJava() {
        return jdk != null;
    }

    /** User and system time so far, in seconds. */
    double cpuSeconds() {
        return cpu(proc("stat"));
    }

    /** Resident memory, in KiB. */
    long residentKib() {
        return number(RESIDENT, read(proc("status")));
    }

    /** Open files and sockets. */
    int descriptors() {
        try (Stream<Path> open = Files.list(proc("fd"))) {
            return (int) open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The time that each JIT compiler thread has used so far, in seconds; a thread that ends takes its time along. */
    Map<String, Double> compilerSeconds() {
        Map<String, Double> seconds = new HashMap<>();
        try (Stream<Path> threads = Files.list(proc("task"))) {
            for (Path thread : threads.toList()) {
                String name = read(thread.resolve("comm"));
                if (name.startsWith("C1 Comp") || name.startsWith("C2 Comp")) {
                    seconds.put(thread.getFileName().toString(), cpu(thread.resolve("stat")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seconds;
    }

    /** Collects garbage, twice, and returns the live heap in KiB; 0 if it has none. */
    long collectGarbage() {
        if (jdk == null) {
            return 0;
        }
        jcmd(jdk, "GC.run");
        jcmd(jdk, "GC.run");
        return number(HEAP_USED, jcmd(jdk, "GC.heap_info"));
    }

    private String jcmd(Jdk tools, String command) {
        try {
            Process jcmd = new ProcessBuilder(tools.tool("jcmd"), String.valueOf(process.pid()), command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (jcmd.waitFor() != 0) {
                throw new IllegalStateException("jcmd " + command + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", String.valueOf(process.pid()), file);
    }

    /** Fields 14 and 15 of {@code stat}, counted behind the name, which may have blanks. */
    private static double cpu(Path stat) {
        String text = read(stat);
        int nameEnd = text.lastIndexOf(')');
        if (nameEnd < 0) {
            return 0;
        }
        String[] fields = text.substring(nameEnd + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Nothing, if the process or the thread has gone. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    /** Lets it end by itself, which it may take minutes for. */
    void stop() {
        process.signal("TERM");
        int unused = process.awaitExit();
    }

    /** Ends it at once: nothing of it is wanted any more. */
    @Override
    public void close() {
        process.close();
    }
}
