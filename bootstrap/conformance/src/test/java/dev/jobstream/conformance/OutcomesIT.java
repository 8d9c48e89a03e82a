package dev.jobstream.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.conformance.Result.Outcome;
import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.Jdk;
import dev.jobstream.tools.LocalPort;
import dev.jobstream.tools.Nginx;
import dev.jobstream.tools.NotTested;
import dev.jobstream.tools.TokenMint;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Runs the suite against this project's server and compares what came out with the table in docs/conformance.md.
 * {@code -Djobstream.conformance=all} has all set-ups and those that are not right, {@code -Djobstream.conformance=record}
 * writes the table.
 */
class OutcomesIT {

    private static final boolean RECORDS = "record".equals(System.getProperty("jobstream.conformance"));
    private static final boolean ALL = RECORDS || "all".equals(System.getProperty("jobstream.conformance"));

    private static final Path PAGE = Path.of("..", "..", "docs", "conformance.md");
    private static final Path JAR =
            Path.of("..", "standalone", "target", "jobstream.jar").toAbsolutePath();
    private static final Path NCHAN = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");
    private static final int NCHAN_RETAINED = 200;
    private static final Path TEMPORARY = ChildProcess.temporaryDirectory("jobstream-conformance-");

    private final List<AutoCloseable> running = new ArrayList<>();

    /** The packaged server in a process of its own. */
    private record Standalone(String name, int port, ChildProcess process) {

        /** Waits until it answers. */
        int awaitPort() {
            Awaitility.await(name).atMost(Duration.ofMinutes(2)).until(this::isReady);
            return port;
        }

        private boolean isReady() {
            if (!process.isAlive()) {
                throw new IllegalStateException("the server has ended, see target/conformance");
            }
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        }
    }

    private Standalone standalone(String name, String... settings) throws IOException {
        int port = LocalPort.free();
        List<String> command = new ArrayList<>(List.of(
                Jdk.running().tool("java"),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + TEMPORARY,
                "-jar",
                JAR.toString(),
                "--server.port=" + port,
                "--jobstream.demo=false",
                "--jobstream.heartbeat=1s",
                "--jobstream.journal.max-events=" + Tokens.RETAINED,
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + Apps.MINT.publicKey(),
                "--spring.security.oauth2.resourceserver.jwt.audiences=" + TokenMint.AUDIENCE));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(command::add);
        Path logs = Files.createDirectories(Path.of("target", "conformance"));
        ChildProcess process = ChildProcess.start(command, logs.resolve(name + ".log"));
        running.add(process);
        return new Standalone(name, port, process);
    }

    private int app(ConfigurableApplicationContext context) {
        running.add(context);
        return Apps.port(context);
    }

    private static List<Result> run(String base, Map<String, String> environment, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("--heartbeat", "30", "--timeout", "30", "--retained", String.valueOf(Tokens.RETAINED)));
        arguments.addAll(List.of(options));
        arguments.add(base);
        return Suite.run(Options.parse(arguments, environment));
    }

    private static String url(int port, String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** What is to be run, by the head of its column. */
    private Map<String, CompletableFuture<List<Result>>> runs() throws IOException {
        Map<String, String> tokens = Tokens.environment();
        Standalone first = standalone("memory");
        int memory = first.awaitPort();
        var threads = Executors.newCachedThreadPool();
        running.add(threads::shutdownNow);
        Map<String, CompletableFuture<List<Result>>> runs = new LinkedHashMap<>();
        runs.put("memory", CompletableFuture.supplyAsync(() -> run(url(memory, "/runner-jobs"), tokens), threads));
        if (!ALL) {
            return runs;
        }
        int onValkey = startOnValkey();
        int host = app(Apps.startHost());
        int naive = app(Apps.start(Apps.Naive.class));
        runs.put("Valkey", CompletableFuture.supplyAsync(() -> run(url(onValkey, "/runner-jobs"), tokens), threads));
        runs.put("in a host", CompletableFuture.supplyAsync(() -> run(url(host, "/app/jobs"), tokens), threads));
        Path nginx = Nginx.binary().orElse(null);
        if (nginx == null) {
            NotTested.say("conformance behind nginx, and nchan's. There is no nginx");
        } else {
            Nginx proxy = proxy(nginx, memory);
            running.add(proxy);
            runs.put(
                    "behind nginx",
                    CompletableFuture.supplyAsync(() -> run(url(proxy.port(), "/runner-jobs"), tokens), threads));
        }
        runs.put(
                "`SseEmitter`",
                CompletableFuture.supplyAsync(
                        () -> run(
                                url(naive, "/runner-jobs"),
                                Map.of(),
                                "--publish-as",
                                "single",
                                "--timeout",
                                "4",
                                "--heartbeat",
                                "4"),
                        threads));
        if (nginx != null && Files.exists(NCHAN)) {
            Nginx hub = nchan(nginx);
            running.add(hub);
            String job = url(hub.port(), "/runner-jobs/{job}/events");
            runs.put(
                    "nchan",
                    CompletableFuture.supplyAsync(
                            () -> run(
                                    url(hub.port(), "/runner-jobs"),
                                    Map.of(),
                                    "--stream-url",
                                    job + "/stream",
                                    "--publish-url",
                                    job,
                                    "--publish-as",
                                    "data",
                                    "--retained",
                                    String.valueOf(NCHAN_RETAINED),
                                    "--timeout",
                                    "4",
                                    "--heartbeat",
                                    "4"),
                            threads));
        } else if (nginx != null) {
            NotTested.say("nchan's conformance. There is no " + NCHAN);
        }
        return runs;
    }

    private int startOnValkey() throws IOException {
        ValkeyServer valkey = ValkeyServer.shared();
        return standalone(
                        "valkey",
                        "jobstream.transport=valkey",
                        "spring.data.redis.host=" + valkey.host(),
                        "spring.data.redis.port=" + valkey.port())
                .awaitPort();
    }

    /** As it comes, but for what WebSockets, publishing as a stream and the largest publications need. */
    private static Nginx proxy(Path nginx, int upstream) throws IOException {
        return Nginx.start(nginx, port -> """
                map $http_upgrade $connection_upgrade {
                  default upgrade;
                  "" close;
                }
                server {
                  listen 127.0.0.1:%d;
                  location / {
                    proxy_pass http://127.0.0.1:%d;
                    proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $connection_upgrade;
                    proxy_request_buffering off;
                    client_max_body_size 8m;
                  }
                }
                """.formatted(port, upstream));
    }

    /** The hub that is a module of nginx, set up as its manual has it, with the protocol's addresses. */
    private static Nginx nchan(Path nginx) throws IOException {
        return Nginx.start(nginx, List.of(NCHAN), port -> """
                server {
                  listen 127.0.0.1:%d;
                  location ~ ^/runner-jobs/([^/]+)/events/stream$ {
                    nchan_subscriber eventsource;
                    nchan_channel_id $1;
                    nchan_eventsource_ping_interval 1;
                    nchan_eventsource_ping_event "";
                    nchan_eventsource_ping_comment "ping";
                  }
                  location ~ ^/runner-jobs/([^/]+)/events$ {
                    nchan_publisher;
                    nchan_channel_id $1;
                    nchan_message_buffer_length %d;
                    client_max_body_size 8m;
                    client_body_buffer_size 8m;
                  }
                }
                """.formatted(port, NCHAN_RETAINED));
    }

    @Test
    void isAsTheTableSays() throws Exception {
        Map<String, List<Result>> results = new LinkedHashMap<>();
        try {
            runs().forEach((name, run) -> results.put(name, run.join()));
        } finally {
            for (AutoCloseable each : running) {
                each.close();
            }
        }
        for (Map.Entry<String, List<Result>> of : results.entrySet()) {
            Path report = Path.of("target", "conformance", of.getKey().replaceAll("\\W+", "-") + ".txt");
            Files.writeString(report, Report.of(of.getValue()));
            JunitReport.write(Path.of(report.toString().replace(".txt", ".xml")), of.getValue());
        }
        for (String ours : List.of("memory", "Valkey", "in a host", "behind nginx")) {
            if (results.containsKey(ours)) {
                assertThat(results.get(ours))
                        .as(ours)
                        .filteredOn(result -> result.outcome() != Outcome.PASSED)
                        .filteredOn(result ->
                                !ours.equals("behind nginx") || !result.number().equals("1.3"))
                        .extracting(result -> result.number() + " " + result.detail())
                        .isEmpty();
            }
        }
        OutcomeTable table = OutcomeTable.of(results);
        if (RECORDS) {
            Files.writeString(PAGE, table.into(Files.readString(PAGE)));
        }
        assertThat(OutcomeTable.from(Files.readString(PAGE)).columns(results.keySet()))
                .isEqualTo(table.columns(results.keySet()));
    }
}
