package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.peers.MvcPeer;
import dev.jobstream.benchmarks.peers.TomcatHost;
import dev.jobstream.benchmarks.peers.WebFluxPeer;
import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.HttpResponse;
import dev.jobstream.tools.TokenMint;
import dev.jobstream.tools.ValkeyServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** All that a measurement needs besides itself: a Valkey, a token, and the servers that can be started. */
final class Setup implements AutoCloseable {

    private static final long START_NANOS = 180_000_000_000L;
    private static final int FIRST_WITH_AOT_CACHE = 25;
    private static final long RETRY_NANOS = 5_000_000;

    private final String address;
    private final Path directory;
    private final Path project;
    private final ValkeyServer valkey;
    private final boolean ownValkey;
    private final TokenMint mint;
    private final String token;
    private final @Nullable Path limit;
    private final List<Contender> contenders = new ArrayList<>();
    private final AtomicInteger jobs = new AtomicInteger();
    private final Map<Contender, List<String>> unpacked = new HashMap<>();
    private final String jobPrefix = "bench-" + Long.toString(System.currentTimeMillis(), 36) + "-";

    /**
     * @param valkeyUrl the Valkey to use; {@code null} to start one
     * @param other the jar of another build of the standalone server, to be measured too; {@code null} for none
     */
    Setup(@Nullable String valkeyUrl, @Nullable Path other) throws IOException {
        this(valkeyUrl, other, LoadClient.LOOPBACK);
    }

    /** @param address what our servers listen on */
    Setup(@Nullable String valkeyUrl, @Nullable Path other, String address) throws IOException {
        this.address = address;
        directory = Files.createTempDirectory("jobstream-benchmarks-");
        project = Checkout.directory();
        if (valkeyUrl != null) {
            System.setProperty("JOBSTREAM_TEST_VALKEY", valkeyUrl);
        }
        ownValkey = valkeyUrl == null;
        valkey = ownValkey ? ValkeyServer.startPrivate() : ValkeyServer.shared();
        mint = TokenMint.create();
        token = mint.token();
        limit = compileLimit();
        Jdk newest = Jdk.newest();
        Jdk running = Jdk.running();
        contenders.add(new Contender("jobstream-" + newest.feature(), Contender.Kind.JOBSTREAM, newest));
        if (running.feature() != newest.feature()) {
            contenders.add(new Contender("jobstream-" + running.feature(), Contender.Kind.JOBSTREAM, running));
        }
        if (other != null) {
            contenders.add(new Contender("other-" + newest.feature(), Contender.Kind.JOBSTREAM, newest, other));
        }
        if (limit != null) {
            contenders.add(new Contender("limit", Contender.Kind.LIMIT, null));
        }
        contenders.add(new Contender("host-" + newest.feature(), Contender.Kind.HOST, newest));
        contenders.add(new Contender("mvc-" + newest.feature(), Contender.Kind.MVC, newest));
        contenders.add(new Contender("webflux-" + newest.feature(), Contender.Kind.WEBFLUX, newest));
    }

    /** The program in C; {@code null}, and a word about it, where it cannot be had. */
    private @Nullable Path compileLimit() throws IOException {
        Path source = directory.resolve("limit.c");
        Path program = directory.resolve("limit");
        try (InputStream in = Setup.class.getResourceAsStream("/limit.c")) {
            if (in == null) {
                throw new IOException("missing from the class path: limit.c");
            }
            Files.copy(in, source);
        }
        try {
            int status = new ProcessBuilder("cc", "-O2", "-o", program.toString(), source.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status == 0) {
                return program;
            }
            System.out.println("limit is left out: cc ended with " + status);
        } catch (IOException e) {
            System.out.println("limit is left out: there is no cc");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    List<Contender> contenders() {
        return contenders;
    }

    boolean hasLimit() {
        return limit != null;
    }

    /** What our servers listen on; the one in C always on the loopback. */
    String address() {
        return address;
    }

    ValkeyServer valkey() {
        return valkey;
    }

    String token() {
        return token;
    }

    /** Names for jobs that nobody has used before. */
    List<String> newJobs(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(jobPrefix + jobs.incrementAndGet());
        }
        return names;
    }

    Feeder feeder(List<String> jobIds, int size) {
        return new Feeder(valkey.host(), valkey.port(), jobIds, size);
    }

    /** A server that was started. */
    record Started(ServerProcess server, double seconds) {}

    /** Starts a server and returns when it has served a stream. */
    Started start(Contender contender) {
        return start(contender, List.of("-jar", jar(contender)));
    }

    /** The same with the fast way to start the standalone server. */
    Started startUnpacked(Contender contender) {
        Jdk jdk = contender.jdk();
        if (!contender.isJobstream() || jdk == null) {
            throw new IllegalArgumentException("not ours: " + contender);
        }
        return start(contender, unpacked.computeIfAbsent(contender, of -> unpack(of, jdk)));
    }

    /** Unpacks it, and lets it serve a stream once, for what that has loaded to be kept. */
    private List<String> unpack(Contender contender, Jdk jdk) {
        Path home = directory.resolve("unpacked-" + contender.name());
        Commands.run(
                jdk.tool("java"),
                "-Djarmode=tools",
                "-jar",
                jar(contender),
                "extract",
                "--destination",
                home.toString());
        String jar = home.resolve("jobstream.jar").toString();
        Path cache = home.resolve("jobstream.cache");
        boolean aheadOfTime = jdk.feature() >= FIRST_WITH_AOT_CACHE;
        String write = aheadOfTime ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=";
        try (ServerProcess training =
                start(contender, List.of(write + cache, "-jar", jar)).server()) {
            training.stop();
        }
        if (!Files.isRegularFile(cache)) {
            throw new IllegalStateException("no cache was written by " + jdk);
        }
        String read = aheadOfTime ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
        return List.of(read + cache, "-jar", jar);
    }

    private String jar(Contender contender) {
        Path other = contender.jar();
        return (other != null ? other : project.resolve("bootstrap/standalone/target/jobstream.jar")).toString();
    }

    /** @param launch what {@code java} needs to know to start ours; the peers have their class path */
    private Started start(Contender contender, List<String> launch) {
        int port = freePort();
        Path log = directory.resolve(contender.name() + "-" + port + ".log");
        long begin = System.nanoTime();
        ServerProcess server = new ServerProcess(
                ChildProcess.start(command(contender, launch, port), log, directory), port, contender.jdk());
        while (!servesStream(port)) {
            if (!server.isAlive() || System.nanoTime() - begin > START_NANOS) {
                server.close();
                throw new IllegalStateException(contender.name() + " does not start:\n" + tail(log));
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
        return new Started(server, (System.nanoTime() - begin) / 1e9);
    }

    private List<String> command(Contender contender, List<String> launch, int port) {
        Jdk jdk = contender.jdk();
        if (jdk == null) {
            return List.of(String.valueOf(limit), String.valueOf(port), valkey.host(), String.valueOf(valkey.port()));
        }
        List<String> command = new ArrayList<>(List.of(jdk.tool("java")));
        switch (contender.kind()) {
            case JOBSTREAM -> {
                command.addAll(launch);
                command.addAll(List.of(
                        "--jobstream.transport=valkey",
                        "--jobstream.demo=false",
                        "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + mint.publicKey()));
            }
            case HOST -> {
                String library = project.resolve(
                                "bootstrap/autoconfigure/target/jobstream-autoconfigure-0.1.0-SNAPSHOT.jar")
                        .toString();
                command.addAll(List.of(
                        "-cp", Checkout.classPath() + File.pathSeparator + library, TomcatHost.class.getName()));
                command.add("--jobstream.transport=valkey");
            }
            case MVC -> command.addAll(List.of("-cp", Checkout.classPath(), MvcPeer.class.getName()));
            case WEBFLUX -> command.addAll(List.of("-cp", Checkout.classPath(), WebFluxPeer.class.getName()));
            case LIMIT -> throw new IllegalArgumentException("not a Java program");
        }
        // All clients are one subject. Counted it is, but not limited.
        for (String quota :
                List.of("streams-per-job", "streams-per-subject", "opens-per-second", "publishes-per-second")) {
            command.add("--jobstream.quota." + quota + "=1000000");
        }
        command.add("--jobstream.quota.publish-bytes-per-second=1GB");
        command.addAll(List.of(
                "--server.address=" + address,
                "--server.port=" + port,
                "--spring.data.redis.host=" + valkey.host(),
                "--spring.data.redis.port=" + valkey.port()));
        return command;
    }

    private static int freePort() {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean servesStream(int port) {
        HttpResponse response = new HttpResponse((buffer, from, to) -> {});
        try (Socket socket = new Socket(address, port)) {
            socket.setSoTimeout(10_000);
            String request =
                    LoadClient.Target.watch(port, "ready", token, null, false).request();
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] bytes = new byte[8192];
            int size;
            while (response.status() == 0 && (size = socket.getInputStream().read(bytes)) > 0) {
                response.feed(bytes, 0, size);
            }
        } catch (IOException e) {
            return false;
        }
        return response.status() == 200;
    }

    private static String tail(Path log) {
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - 4000));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        if (ownValkey) {
            valkey.close();
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.out.println("left behind: " + directory);
        }
    }
}
