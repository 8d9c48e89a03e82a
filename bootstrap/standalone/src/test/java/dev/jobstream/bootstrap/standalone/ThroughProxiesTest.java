package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.bootstrap.standalone.JobstreamCommand.Ended;
import dev.jobstream.bootstrap.standalone.JobstreamCommand.Running;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.HaProxy;
import dev.jobstream.tools.Nginx;
import dev.jobstream.tools.NotTested;
import dev.jobstream.tools.SelfSigned;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same events through nginx and HAProxy as they come, with TLS, over HTTP/2, HTTP/1.1 and WebSocket. */
class ThroughProxiesTest {

    private static final List<String> SEEN = List.of("text/event-stream", "application/x-ndjson", "text/plain");
    private static final int EVENTS = 2_000;
    private static final int AT_ONCE = 50;
    private static final int BEATS = 5;

    /** Of curl, where a body breaks off: in HTTP/1.1, and in HTTP/2. */
    private static final int BODY_CUT = 18;

    private static final int STREAM_CUT = 92;

    private static SelfSigned certificate;

    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @TempDir
    private Path directory;

    private enum Via {
        NGINX,
        HAPROXY;

        boolean isThere() {
            return (this == NGINX ? Nginx.binary() : HaProxy.binary()).isPresent();
        }
    }

    @BeforeAll
    static void certify() throws Exception {
        certificate = SelfSigned.create();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Its port. Times are its own, or two seconds. */
    private int start(Via via, RunningServer server, boolean impatient) throws Exception {
        if (!via.isThere()) {
            NotTested.say("streams through " + via + ", which is not on this machine");
            Assumptions.abort(via + " is not on this machine");
        }
        if (via == Via.HAPROXY) {
            List<String> times = List.of("timeout connect 2s", "timeout client 2s", "timeout server 2s");
            return opened(HaProxy.start(
                            HaProxy.binary().orElseThrow(),
                            certificate,
                            server.port(),
                            impatient ? times : HaProxy.USUAL_TIMEOUTS))
                    .port();
        }
        Path pem = certificate.pem();
        return opened(Nginx.start(Nginx.binary().orElseThrow(), port -> """
                map $http_upgrade $connection_header { default upgrade; '' ''; }
                server {
                  listen 127.0.0.1:%d ssl http2;
                  ssl_certificate %s;
                  ssl_certificate_key %s;
                  location / {
                    proxy_pass http://127.0.0.1:%d;
                    proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $connection_header;
                    proxy_request_buffering off;
                    client_max_body_size 0;
                    %s
                  }
                }
                """.formatted(
                                port,
                                pem,
                                pem,
                                server.port(),
                                impatient ? "proxy_read_timeout 2s; client_body_timeout 2s;" : "")))
                .port();
    }

    /** It says on standard error which version it got. */
    private Running curl(int port, String version, String accept) throws Exception {
        Path out = out(accept, version);
        return curl(port, version, "/stream", out, "-w", "%{stderr}%{http_version}", "-H", "Accept: " + accept);
    }

    /** Publishes what it is told, as it is told. */
    private Running publisher(int port, String version) throws Exception {
        Path out = out("published", version);
        return curl(
                port,
                version,
                "/stream?stepId=s",
                out,
                "-f",
                "-T",
                ".",
                "-X",
                "POST",
                "-H",
                "Content-Type: text/plain");
    }

    private Running curl(int port, String version, String path, Path out, String... more) throws Exception {
        Path errors = out.resolveSibling(out.getFileName() + "-errors");
        List<String> words = new ArrayList<>(List.of("curl", "-sN", "--http" + version, "--cacert"));
        words.addAll(List.of(certificate.pem().toString(), "-H", "Authorization: Bearer " + RunningServer.token()));
        words.addAll(List.of(more));
        words.add("https://localhost:" + port + "/runner-jobs/" + job + "/events" + path);
        return opened(new Running(
                new ProcessBuilder(words)
                        .redirectOutput(out.toFile())
                        .redirectError(errors.toFile())
                        .start(),
                out,
                errors));
    }

    private Path out(String accept, String version) {
        return directory.resolve(accept.replace('/', '-') + "-" + version);
    }

    private WsClient socket(int port) throws Exception {
        return opened(WsClient.openSealed(
                certificate.client(),
                port,
                "/runner-jobs/" + job + "/events/ws",
                "Authorization: Bearer " + RunningServer.token()));
    }

    private List<Told> publish(RunningServer server, List<NewEvent> events) {
        List<Told> published = new ArrayList<>();
        for (int at = 0; at < events.size(); at += AT_ONCE) {
            List<NewEvent> some = events.subList(at, Math.min(events.size(), at + AT_ONCE));
            List<EventId> ids = server.publisher().publish(job, some);
            for (int i = 0; i < some.size(); i++) {
                NewEvent event = some.get(i);
                published.add(new Told(
                        ids.get(i).toString(), event.type().name(), event.data().toString()));
            }
        }
        return published;
    }

    private static List<Told> told(String accept, byte[] body) {
        List<Told> told = new ArrayList<>();
        if (accept.equals("application/x-ndjson")) {
            Told.envelopes(body, told::add);
        } else {
            Told.parser(told::add).feed(body, 0, body.length);
        }
        return told;
    }

    @ParameterizedTest
    @EnumSource
    void everyFormatIsTheSameInEachVersionOfHttp(Via via) throws Exception {
        RunningServer server = opened(RunningServer.start("jobstream.transport=memory"));
        int port = start(via, server, false);
        List<NewEvent> events = AwkwardEvents.job(EVENTS);
        List<Told> published = publish(server, events.subList(0, EVENTS / 2));
        WsClient socket = socket(port);
        Map<String, Map<String, Running>> running = new TreeMap<>();
        for (String version : List.of("1.1", "2")) {
            running.put(version, new TreeMap<>());
            for (String accept : SEEN) {
                running.get(version).put(accept, curl(port, version, accept));
            }
        }
        Awaitility.await()
                .atMost(RunningServer.PATIENCE)
                .until(() -> server.streams().openStreams() == 2 * SEEN.size() + 1);

        published.addAll(publish(server, events.subList(EVENTS / 2, EVENTS)));

        for (Map.Entry<String, Map<String, Running>> version : running.entrySet()) {
            for (Map.Entry<String, Running> each : version.getValue().entrySet()) {
                String accept = each.getKey();
                String name = accept + " over " + version.getKey() + " through " + via;
                Ended ended = each.getValue().await().succeeds();
                assertThat(ended.errors()).as(name).isEqualTo(version.getKey());
                if (accept.equals("text/plain")) {
                    assertThat(ended.bytes()).as(name).isEqualTo(AwkwardEvents.output(events));
                } else {
                    Told.assertSame(name, told(accept, ended.bytes()), published);
                }
            }
        }
        Told.assertSame(
                "WebSocket through " + via,
                socket.toEnd().stream().map(Told::envelope).toList(),
                published);
        assertThat(socket.awaitClose().code()).isEqualTo(1000);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPublishedAsAStreamPassesAtOnce(Via via) throws Exception {
        RunningServer server = opened(RunningServer.start("jobstream.transport=memory"));
        int port = start(via, server, false);
        SseClient client = opened(server.watch(job.value()));
        for (String version : List.of("1.1", "2")) {
            Running publisher = publisher(port, version);
            for (int i = 0; i < 3; i++) {
                publisher.tell(version + ": " + i);
                assertThat(client.next().data()).contains(version + ": " + i);
            }
            publisher.process().getOutputStream().close();
            assertThat(publisher.await().succeeds().output()).contains("\"appended\":3");
        }
    }

    /** What docs/operations.md says of its times. */
    @ParameterizedTest
    @EnumSource(names = "NGINX")
    void whatBeatsOutlivesTheTimesOfAProxyAndWhatIsSilentDoesNot(Via via) throws Exception {
        RunningServer server = opened(RunningServer.start("jobstream.transport=memory", "jobstream.heartbeat=1s"));
        int port = start(via, server, true);
        WsClient socket = socket(port);
        List<Running> beating = new ArrayList<>();
        Map<Running, Integer> texts = new HashMap<>();
        // Over HTTP/1.1 curl hears of the end only when it has something to send.
        Running publisher = publisher(port, "2");
        for (String version : List.of("1.1", "2")) {
            beating.add(curl(port, version, "text/event-stream"));
            beating.add(curl(port, version, "application/x-ndjson"));
            texts.put(curl(port, version, "text/plain"), version.equals("2") ? STREAM_CUT : BODY_CUT);
        }
        for (Map.Entry<Running, Integer> text : texts.entrySet()) {
            assertThat(text.getKey().await().status()).isEqualTo(text.getValue());
        }
        assertThat(publisher.await().status()).isNotZero();
        for (int i = 0; i < BEATS; i++) {
            socket.awaitPing();
        }
        for (Running stream : beating) {
            Awaitility.await()
                    .atMost(RunningServer.PATIENCE)
                    .until(() -> stream.output().lines().filter(String::isEmpty).count() > BEATS);
        }

        publish(server, List.of(NewEvent.of("job.completed", "{}")));

        for (Running stream : beating) {
            assertThat(stream.await().succeeds().output()).contains("job.completed");
        }
        assertThat(socket.toEnd()).hasSize(1);
    }
}
