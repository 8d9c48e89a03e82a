package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.RawHttp;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A text stream carries no heartbeat: whoever has gone is noticed all the same, and nobody else is cut. */
@Timeout(120)
class IdleTextTest {

    private static RunningServer server;

    private final String job = "job-" + UUID.randomUUID();

    /**
     * A stream of HTTP/2 is one that may be silent from the moment on at which its response is asynchronous; until then it has
     * the connector's idle timeout, which is longer here than the first request of a JVM takes.
     */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(3);

    private static final Duration HEARTBEAT = Duration.ofMillis(300);

    @BeforeAll
    static void start() {
        server = RunningServer.start(
                "jobstream.heartbeat=" + HEARTBEAT.toMillis() + "ms",
                "jobstream.stall-limit=500ms",
                "server.jetty.connection-idle-timeout=" + IDLE_TIMEOUT.toSeconds() + "s",
                "server.http2.enabled=true");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private Socket watch() throws Exception {
        Socket socket = RawHttp.send(
                server.port(),
                0,
                "GET /runner-jobs/" + job + "/events/stream HTTP/1.1",
                "Accept: text/plain",
                "Authorization: Bearer " + RunningServer.token());
        assertThat(RawHttp.head(socket))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("Content-Type: text/plain;charset=UTF-8")
                .containsIgnoringCase("Transfer-Encoding: chunked");
        return socket;
    }

    private void publish(String type, String json) {
        server.publisher().publish(new JobId(job), NewEvent.of(type, json));
    }

    private static void awaitBeats(int count) {
        double before = beats();
        await().until(() -> beats() >= before + count);
    }

    private static double beats() {
        return server.bean(MeterRegistry.class).counter("jobstream.heartbeats").count();
    }

    @Test
    void whoIsCutOffIsNoticedAndNobodyElse() throws Exception {
        List<Socket> gone = new ArrayList<>();
        try (Socket stays = watch()) {
            for (int i = 0; i < 20; i++) {
                gone.add(watch());
            }
            await().until(() -> server.streams().openStreams() == 21);
            for (Socket socket : gone) {
                socket.setSoLinger(true, 0);
                socket.close(); // With a reset.
            }
            await().until(() -> server.streams().openStreams() == 1);

            publish("step.output", "{\"chunk\":\"still on\"}");
            publish("job.completed", "{}");
            assertThat(new String(stays.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo("8\r\nstill on\r\n0\r\n\r\n");
        }
    }

    @Test
    void whoSendsNothingMoreButReadsOnIsNotCut() throws Exception {
        try (Socket half = watch()) {
            half.shutdownOutput();
            awaitBeats(4);
            publish("step.output", "{\"chunk\":\"late\"}");
            publish("job.completed", "{}");
            assertThat(new String(half.getInputStream().readAllBytes(), UTF_8)).isEqualTo("4\r\nlate\r\n0\r\n\r\n");
        }
    }

    /** Its kernel forgets a connection that was closed after a minute, and answers with a reset only then. */
    @EnabledIfSystemProperty(named = "jobstream.long", matches = "true")
    @Timeout(180)
    @Test
    void whoHasClosedIsNoticedWithinTwoMinutesAndWhoHasHalfClosedIsNot() throws Exception {
        Socket gone = watch();
        try (Socket half = watch()) {
            half.shutdownOutput();
            await().until(() -> server.streams().openStreams() == 2);
            gone.close();
            await().atMost(Duration.ofMinutes(2)).until(() -> server.streams().openStreams() == 1);

            publish("step.output", "{\"chunk\":\"late\"}");
            publish("job.completed", "{}");
            assertThat(new String(half.getInputStream().readAllBytes(), UTF_8)).isEqualTo("4\r\nlate\r\n0\r\n\r\n");
        }
    }

    @Test
    void isNotCutForItsSilenceOverHttp2EitherAndItsEndIsNoticed() throws Exception {
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://localhost:" + server.port() + "/runner-jobs/" + job + "/events/stream"))
                                .version(HttpClient.Version.HTTP_2)
                                .header("Accept", "text/plain")
                                .header("Authorization", "Bearer " + RunningServer.token())
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream()); // Returns with the headers.
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        awaitBeats(Math.toIntExact(IDLE_TIMEOUT.dividedBy(HEARTBEAT)) + 2);
        publish("step.output", "{\"chunk\":\"late\"}");
        assertThat(new String(response.body().readNBytes(4), UTF_8)).isEqualTo("late");
        response.body().close();
        await().until(() -> server.streams().openStreams() == 0);
    }
}
