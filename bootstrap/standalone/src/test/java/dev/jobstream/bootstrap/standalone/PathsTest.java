package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Where Boot's settings move the server, all of it moves. */
@ExtendWith(OutputCaptureExtension.class)
class PathsTest {

    /** Tomcat is on the class path of the tests only. */
    private static final String ONLY_JETTY = "spring.autoconfigure.exclude="
            + "org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatServletManagementContextAutoConfiguration";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern CURL =
            Pattern.compile("curl -N -H \"Authorization: Bearer (\\S+)\" (http\\S+/events/stream)");

    @ParameterizedTest
    @CsvSource({
        "server.servlet.context-path=/jobs, /jobs/runner-jobs",
        "spring.mvc.servlet.path=/api, /api/runner-jobs",
        "jobstream.path=/ci/jobs, /ci/jobs"
    })
    void streamsAndWebSocketsAreServedWhereTheSettingsSay(String setting, String path) throws Exception {
        try (RunningServer server = RunningServer.start(setting)) {
            String authorization = "Authorization: Bearer " + RunningServer.token();
            try (SseClient stream = SseClient.get(
                            server.port(), path + "/j/events/stream", RunningServer.PATIENCE, authorization);
                    WsClient socket = WsClient.open(server.port(), path + "/j/events/ws", authorization)) {
                server.publisher().publish(new JobId("j"), NewEvent.of("job.completed", "{\"n\":1}"));

                assertThat(stream.toEnd()).extracting(SseClient.Event::data).containsExactly("{\"n\":1}");
                assertThat(socket.next()).contains("\"n\":1");
                assertThat(socket.awaitClose().code()).isEqualTo(1000);
            }
        }
    }

    @Test
    void theCurlThatIsShownGoesWhereTheServerIs(CapturedOutput output) throws Exception {
        try (RunningServer server = RunningServer.startTrusting(
                "server.servlet.context-path=/jobs",
                "spring.mvc.servlet.path=/api",
                "jobstream.path=/builds",
                "server.address=127.0.0.1")) {
            Matcher curl = CURL.matcher(output.getOut());
            assertThat(curl.find()).isTrue();
            assertThat(curl.group(2))
                    .isEqualTo("http://127.0.0.1:" + server.port() + "/jobs/api/builds/my-job/events/stream");
            HttpResponse<java.io.InputStream> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create(curl.group(2)))
                            .header("Authorization", "Bearer " + curl.group(1))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            answer.body().close();
        }
    }

    @Test
    void healthIsOpenAndMetricsAreNotWhereverTheyAre() throws Exception {
        try (RunningServer server = RunningServer.start(
                "management.endpoints.web.base-path=/ops",
                "management.endpoint.health.probes.add-additional-paths=true",
                "server.servlet.context-path=/jobs")) {
            assertThat(get("http://localhost:" + server.port() + "/jobs/livez", null))
                    .isEqualTo(200);
            assertThat(get("http://localhost:" + server.port() + "/jobs/readyz", null))
                    .isEqualTo(200);
            assertThat(get("http://localhost:" + server.port() + "/jobs/ops/health", null))
                    .isEqualTo(200);
            assertThat(get("http://localhost:" + server.port() + "/jobs/ops/health/liveness", null))
                    .isEqualTo(200);
            assertThat(get("http://localhost:" + server.port() + "/jobs/ops/prometheus", null))
                    .isEqualTo(401);
            assertThat(get("http://localhost:" + server.port() + "/jobs/ops/prometheus", RunningServer.token()))
                    .isEqualTo(200);
        }
        try (RunningServer server = RunningServer.start(
                "management.server.port=0",
                "management.endpoint.health.probes.add-additional-paths=true",
                ONLY_JETTY)) {
            assertThat(get("http://localhost:" + server.port() + "/livez", null))
                    .isEqualTo(200);
            String base =
                    "http://localhost:" + server.context().getEnvironment().getProperty("local.management.port");
            assertThat(get(base + "/actuator/health", null)).isEqualTo(200);
            assertThat(get(base + "/actuator/prometheus", null)).isEqualTo(401);
            assertThat(get(base + "/actuator/prometheus", RunningServer.token()))
                    .isEqualTo(200);
        }
    }

    /** A browser asks first, and without a token, whether it may. */
    @Test
    void pagesOfOtherOriginsMayReadTheEndpointsWhereTheOperatorSays() throws Exception {
        try (RunningServer server = RunningServer.start(
                "management.endpoints.web.cors.allowed-origins=https://ops.example",
                "management.endpoints.web.cors.allowed-headers=authorization")) {
            String preflight = "OPTIONS %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: %s\r\n"
                    + "Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\n\r\n";
            assertThat(answer(server, preflight.formatted("/actuator/prometheus", "https://ops.example")))
                    .startsWith("HTTP/1.1 200")
                    .contains("Access-Control-Allow-Origin: https://ops.example");
            assertThat(answer(server, preflight.formatted("/actuator/prometheus", "https://other.example")))
                    .startsWith("HTTP/1.1 403");
            assertThat(answer(server, preflight.formatted("/runner-jobs/j/events", "https://ops.example")))
                    .startsWith("HTTP/1.1 401");
            assertThat(get("http://localhost:" + server.port() + "/actuator/prometheus", null))
                    .isEqualTo(401);
        }
    }

    private static String answer(RunningServer server, String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout((int) RunningServer.PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private static int get(String uri, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
