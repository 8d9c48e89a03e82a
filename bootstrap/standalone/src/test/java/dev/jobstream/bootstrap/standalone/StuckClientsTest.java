package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Clients that do not read what they asked for, on the standalone server's Jetty, over HTTP/1.1 and over HTTP/2 (h2c). */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class StuckClientsTest {

    /** More than the JDK's client takes of a stream of HTTP/2 that nobody reads, which is 16 MB. */
    private static final int EVENTS = 2_500;

    private static final String DATA = "{\"chunk\":\"" + "x".repeat(10_000) + "\"}";

    private final HttpClient http = HttpClient.newHttpClient();

    private static RunningServer start(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("server.http2.enabled=true");
        return RunningServer.start(all.toArray(String[]::new));
    }

    /** A stream whose response has begun, and of which nothing is read but by who asks for it. */
    private InputStream open(RunningServer server, HttpClient.Version version, String job, String token)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(
                HttpRequest.newBuilder(URI.create(
                                "http://localhost:" + server.port() + "/runner-jobs/" + job + "/events/stream"))
                        .version(version)
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(version);
        return response.body();
    }

    private static void publishMuch(RunningServer server, String job) {
        for (int n = 0; n < EVENTS; n += 100) {
            server.publisher().publish(new JobId(job), Collections.nCopies(100, NewEvent.of("step.output", DATA)));
        }
    }

    private static double ended(RunningServer server, String reason) {
        return server.bean(MeterRegistry.class)
                .counter("jobstream.streams.ended", "reason", reason)
                .count();
    }

    @ParameterizedTest
    @EnumSource
    void areEndedWhenTheyTakeNoByteForTooLong(HttpClient.Version version, CapturedOutput output) throws Exception {
        try (RunningServer server = start("jobstream.stall-limit=1s")) {
            InputStream stuck = open(server, version, "stalled", RunningServer.token());
            publishMuch(server, "stalled");

            await().untilAsserted(() -> assertThat(ended(server, "stalled")).isOne());
            await().until(() -> server.streams().openStreams() == 0);
            stuck.close();
        }
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception", " ERROR ");
    }

    @ParameterizedTest
    @EnumSource
    void areEndedWithTheirToken(HttpClient.Version version, CapturedOutput output) throws Exception {
        try (RunningServer server = start()) {
            String token = RunningServer.token(
                    claims -> claims.expirationTime(Date.from(Instant.now().plusSeconds(3))));
            InputStream stuck = open(server, version, "expires", token);
            publishMuch(server, "expires");

            await().untilAsserted(
                            () -> assertThat(ended(server, "token_expired")).isOne());
            stuck.close();
        }
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception", " ERROR ");
    }

    @ParameterizedTest
    @EnumSource
    void holdNoThreadAndKeepNobodyWaiting(HttpClient.Version version) throws Exception {
        try (RunningServer server = start();
                SseClient honest = server.watch("honest")) {
            List<InputStream> stuck = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                stuck.add(open(server, version, "stuck", RunningServer.token()));
            }
            publishMuch(server, "stuck");
            await().untilAsserted(() -> assertThat(threadsInConnections()).isEmpty());

            server.publisher().publish(new JobId("honest"), NewEvent.of("job.completed", "{}"));
            assertThat(honest.toEnd()).extracting(SseClient.Event::type).containsExactly("job.completed");
            await().until(() ->
                    server.streams().openStreams() == 50); // The honest one is told of its end before it is counted.
            for (InputStream stream : stuck) {
                stream.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void getEverythingWhenTheyReadAfterAll(HttpClient.Version version) throws Exception {
        try (RunningServer server = start()) {
            InputStream late = open(server, version, "late", RunningServer.token());
            publishMuch(server, "late");
            await().untilAsserted(() -> assertThat(threadsInConnections()).isEmpty());
            server.publisher().publish(new JobId("late"), NewEvent.of("job.completed", "{}"));

            String all = read(late);
            assertThat(all.lines().filter(line -> line.equals("data: " + DATA))).hasSize(EVENTS);
            assertThat(all).endsWith("event: job.completed\ndata: {}\n\n");
        }
    }

    private static String read(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Threads that are somewhere below a method of a connection, each as its stack. */
    private static List<String> threadsInConnections() {
        return Thread.getAllStackTraces().values().stream()
                .map(Arrays::toString)
                .filter(stack -> stack.contains("adapters.web.EmitterConnection"))
                .toList();
    }
}
