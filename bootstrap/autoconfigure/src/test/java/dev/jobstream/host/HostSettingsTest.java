package dev.jobstream.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import dev.jobstream.tools.RawWebSocket;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.TalkativeClient;
import dev.jobstream.tools.WsClient;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

/**
 * A host on Tomcat that has moved everything below two paths, takes HTTP/2, and has beats further apart than a client may
 * stall and than the connector waits.
 */
@ExtendWith(OutputCaptureExtension.class)
class HostSettingsTest {

    private static final String BELOW = "/monolith/app/runner-jobs/";

    static class OpenToAll extends LesserHostTest.WithoutSecurity {

        @Bean
        StreamAccess access() {
            return new StreamAccess() {
                @Override
                public AccessDecision toWatch(Principal principal, JobId job) {
                    return AccessDecision.allowed();
                }

                @Override
                public AccessDecision toPublish(Principal principal, JobId job) {
                    return AccessDecision.allowed();
                }
            };
        }
    }

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.start(
                OpenToAll.class,
                "jobstream.transport=memory",
                "jobstream.stall-limit=300ms",
                "server.servlet.context-path=/monolith",
                "spring.mvc.servlet.path=/app",
                "server.http2.enabled=true",
                "server.tomcat.connection-timeout=300ms");
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static RawWebSocket socket(String job, String... headers) throws Exception {
        return RawWebSocket.open(host.port(), BELOW + job + "/events/ws", headers);
    }

    @Test
    void anIdleStreamOutlivesTheStallLimitHoweverItIsWatched() throws Exception {
        try (SseClient stream = SseClient.get(host.port(), BELOW + "quiet/events/stream", Duration.ofMinutes(2));
                WsClient socket = WsClient.open(host.port(), BELOW + "quiet/events/ws");
                BufferedReader overHttp2 = overHttp2("quiet")) {
            stream.awaitComment(); // The first block's.
            for (int beats = 0; beats < 3; beats++) {
                stream.awaitComment();
                socket.awaitPing();
            }
            for (int beats = 0; beats < 3; beats++) {
                String line = overHttp2.readLine();
                while (!":".equals(line)) {
                    assertThat(line).as("it has not ended").isNotNull();
                    line = overHttp2.readLine();
                }
            }

            host.publish("quiet", "job.completed", "{}");

            assertThat(stream.toEnd()).extracting(SseClient.Event::type).containsExactly("job.completed");
            assertThat(socket.awaitClose().code()).isEqualTo(1000);
            assertThat(overHttp2.lines()).contains("event: job.completed");
        }
    }

    private static BufferedReader overHttp2(String job) throws Exception {
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://localhost:" + host.port() + BELOW + job + "/events/stream"))
                                .version(HttpClient.Version.HTTP_2)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }

    @Test
    void whatIsSaidIsForgottenAndTheStreamGoesOn(CapturedOutput output) throws Exception {
        try (RawWebSocket socket = socket("talkative")) {
            TalkativeClient.talk(socket);
            host.publish("talkative", "step.output", "{\"n\":1}");
            assertThat(socket.next()).contains("\"n\":1");
            host.publish("talkative", "job.completed", "{}");
            assertThat(socket.next()).contains("job.completed");
            assertThat(socket.next()).isEqualTo("close 1000");
        }
        assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ", "\tat ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"jobstream.v1;jobstream.v1", "graphql-ws, jobstream.v1;jobstream.v1", "mqtt, v12.stomp;"})
    void itsOwnProtocolIsSpokenWhereItIsOffered(String offered, String chosen, CapturedOutput output) throws Exception {
        try (RawWebSocket socket = socket("named", "Sec-WebSocket-Protocol: " + offered)) {
            TalkativeClient.assertChosen(socket, chosen);
        }
        assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ", "\tat ");
    }

    /** A compressor would cost each connection more memory than all the rest of it. */
    @Test
    void noCompressionIsAgreedTo() throws Exception {
        try (RawWebSocket socket = socket("plain", "Sec-WebSocket-Extensions: permessage-deflate")) {
            assertThat(socket.head()).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("permessage-deflate");
        }
    }
}
