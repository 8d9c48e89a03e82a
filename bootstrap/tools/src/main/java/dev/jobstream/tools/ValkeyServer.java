package dev.jobstream.tools;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A real server for tests. Where from, in this order: the one whose URL is given by the system property or environment
 * variable {@code JOBSTREAM_TEST_VALKEY} ({@code redis://host:port}); {@code valkey-server} or {@code redis-server} on the
 * PATH; the one that a test dependency brings. The first use prints which it is. Where there is none, tests fail: they are
 * never skipped.
 */
public final class ValkeyServer implements AutoCloseable {

    private static final String GIVEN = "JOBSTREAM_TEST_VALKEY";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String host;
    private final int port;
    private final @Nullable Path binary;
    private final List<String> options;
    private @Nullable Path directory;
    private @Nullable ChildProcess process;

    private ValkeyServer(String host, int port, @Nullable Path binary, List<String> options) {
        this.host = host;
        this.port = port;
        this.binary = binary;
        this.options = options;
    }

    /** The server that all tests of this JVM share; never stopped by a test. */
    public static ValkeyServer shared() {
        return Shared.SERVER;
    }

    /** A server of one's own, to stop and start. */
    public static ValkeyServer startPrivate() {
        ValkeyServer server = atFreePort();
        server.start();
        return server;
    }

    /** A private server from the test dependency, the oldest that is supported: Redis 7.0. */
    public static ValkeyServer startBundled() {
        ValkeyServer server = atFreePort(
                Binary.bundled().orElseThrow(() -> new IllegalStateException("the bundled server does not run here")));
        server.start();
        return server;
    }

    /**
     * A server of one's own that is not there yet; its port is free.
     *
     * @param options as on its command line. With {@code --appendonly yes} what it has acknowledged outlives {@link #kill}
     */
    public static ValkeyServer atFreePort(String... options) {
        return atFreePort(Binary.FOUND, options);
    }

    private static ValkeyServer atFreePort(Path binary, String... options) {
        try {
            return new ValkeyServer("127.0.0.1", LocalPort.free(), binary, List.of(options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program that is started. */
    static Path program() {
        return Binary.FOUND;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String url() {
        return "redis://" + host + ":" + port;
    }

    /** Starts a process and waits until it answers. It keeps nothing on disk, unless its options say so. */
    public synchronized void start() {
        start(List.of());
    }

    /** The same with words before the command, such as {@code faketime -1h}. */
    public synchronized void start(List<String> prefix) {
        if (binary == null) {
            throw new IllegalStateException("a server that was given is not ours to start");
        }
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(binary.toString(), "--port", String.valueOf(port), "--bind", host, "--save", ""));
        command.addAll(options);
        command.addAll(List.of("--dir", directory().toString()));
        process = ChildProcess.start(command, null);
        awaitPong();
    }

    private Path directory() {
        Path made = directory;
        if (made == null) {
            made = ChildProcess.temporaryDirectory("jobstream-valkey-");
            directory = made;
        }
        return made;
    }

    /** Ends the process at once, with all its data if there is no file of it. */
    public synchronized void kill() {
        ChildProcess running = process;
        if (running != null) {
            running.kill();
            process = null;
        }
    }

    /** Sends a POSIX signal to the process, such as {@code STOP}, which makes it hang, and {@code CONT}. */
    public synchronized void signal(String name) {
        ChildProcess running = process;
        if (running == null) {
            throw new IllegalStateException("there is no process to signal");
        }
        running.signal(name);
    }

    @Override
    public void close() {
        kill();
    }

    /** Sends one command in the clear, without the driver under test, and returns the first bytes of the answer. */
    public String ask(String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 1_000);
            socket.setSoTimeout(2_000);
            OutputStream out = socket.getOutputStream();
            out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[8_192];
            int length = in.read(answer);
            return length < 0 ? "" : new String(answer, 0, length, StandardCharsets.UTF_8);
        }
    }

    private void awaitPong() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (ask("PING").startsWith("+PONG")) {
                    return;
                }
            } catch (IOException e) {
                // not yet
            }
            ChildProcess running = process;
            if (System.nanoTime() > deadline || (running != null && !running.isAlive())) {
                throw new IllegalStateException("no Valkey server answers at " + url());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Name and version, such as {@code valkey 8.0.1}. */
    public String version() {
        try {
            String info = ask("INFO server");
            return field(info, "valkey_version:")
                    .map(version -> "valkey " + version)
                    .or(() -> field(info, "redis_version:").map(version -> "redis " + version))
                    .orElse("an unknown version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).trim())
                .findFirst();
    }

    private static @Nullable String given() {
        String property = System.getProperty(GIVEN);
        String url = property != null ? property : System.getenv(GIVEN);
        return url == null || url.isBlank() ? null : url;
    }

    private static final class Shared {

        static final ValkeyServer SERVER = open();

        private static ValkeyServer open() {
            String given = given();
            ValkeyServer server;
            String from;
            if (given != null) {
                URI uri = URI.create(given);
                server = new ValkeyServer(uri.getHost(), uri.getPort() < 0 ? 6379 : uri.getPort(), null, List.of());
                server.awaitPong();
                from = given;
            } else {
                server = startPrivate();
                from = Binary.FOUND.toString();
            }
            System.out.println("Jobstream tests run against " + server.version() + " (" + from + ")");
            return server;
        }
    }

    /** The program to start. */
    private static final class Binary {

        static final Path FOUND = find();

        private static Path find() {
            return onPath("valkey-server")
                    .or(() -> onPath("redis-server"))
                    .or(Binary::bundled)
                    .orElseThrow(() -> new IllegalStateException("no Valkey server: set " + GIVEN
                            + " to a URL or put valkey-server on the PATH; the bundled one does not run on "
                            + System.getProperty("os.name") + " " + System.getProperty("os.arch")));
        }

        private static Optional<Path> onPath(String name) {
            for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
                Path candidate = Path.of(directory, name);
                if (!directory.isEmpty() && Files.isExecutable(candidate)) {
                    return Optional.of(candidate);
                }
            }
            return Optional.empty();
        }

        private static Optional<Path> bundled() {
            boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
            boolean arm = List.of("aarch64", "arm64").contains(System.getProperty("os.arch"));
            String resource = "/redis-server-7.0.15-" + (mac ? "darwin" : "linux") + "-" + (arm ? "arm64" : "amd64");
            try (InputStream in = ValkeyServer.class.getResourceAsStream(resource)) {
                if (in == null) {
                    return Optional.empty();
                }
                Path file = ChildProcess.temporaryDirectory("jobstream-redis-").resolve("redis-server");
                Files.write(file, in.readAllBytes());
                return file.toFile().setExecutable(true) ? Optional.of(file) : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
