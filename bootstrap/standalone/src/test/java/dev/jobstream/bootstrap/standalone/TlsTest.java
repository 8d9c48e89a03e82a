package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SelfSigned;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The standalone server with a certificate: HTTP/2 and HTTP/1.1 for streams, WebSockets, and the curl line that is shown. */
@ExtendWith(OutputCaptureExtension.class)
class TlsTest {

    private static final JobId JOB = new JobId("sealed");
    private static final Pattern CURL =
            Pattern.compile("curl -N -H \"Authorization: Bearer (\\S+)\" (http\\S+)/runner-jobs/my-job/events/stream");

    @Test
    void everyWayOfWatchingWorksOverTls(CapturedOutput output) throws Exception {
        SelfSigned certificate = SelfSigned.create();
        HttpClient client =
                HttpClient.newBuilder().sslContext(certificate.client()).build();
        try (RunningServer server = RunningServer.startTrusting(
                "server.http2.enabled=true",
                "server.ssl.key-store=file:" + certificate.keyStore(),
                "server.ssl.key-store-password=" + SelfSigned.PASSWORD)) {
            Matcher curl = CURL.matcher(output.getOut());
            assertThat(curl.find()).isTrue();
            String token = curl.group(1);
            String base = curl.group(2);
            assertThat(base).isEqualTo("https://localhost:" + server.port());
            CompletableFuture<Integer> closed = new CompletableFuture<>();
            WebSocket socket = client.newWebSocketBuilder()
                    .header("Authorization", "Bearer " + token)
                    .buildAsync(
                            URI.create(base.replace("https:", "wss:") + "/runner-jobs/" + JOB + "/events/ws"),
                            new WebSocket.Listener() {
                                @Override
                                public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                                    closed.complete(code);
                                    return null;
                                }
                            })
                    .get(RunningServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            HttpResponse<InputStream> http2 = watch(client, base, token, HttpClient.Version.HTTP_2);
            HttpResponse<InputStream> http1 = watch(client, base, token, HttpClient.Version.HTTP_1_1);
            try (InputStream newer = http2.body();
                    InputStream older = http1.body()) {
                assertThat(http2.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(http1.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
                for (HttpResponse<InputStream> sealed : List.of(http2, http1)) {
                    assertThat(sealed.headers().allValues("Strict-Transport-Security"))
                            .containsExactly("max-age=31536000 ; includeSubDomains");
                }
                // Before there is any event.
                assertThat(new String(newer.readNBytes(7), UTF_8)).isEqualTo("retry: ");
                assertThat(new String(older.readNBytes(7), UTF_8)).isEqualTo("retry: ");

                server.publisher().publish(JOB, NewEvent.of("job.completed", "{\"n\":1}"));

                assertThat(new String(newer.readAllBytes(), UTF_8)).contains("data: {\"n\":1}");
                assertThat(new String(older.readAllBytes(), UTF_8)).contains("data: {\"n\":1}");
                assertThat(closed.get(RunningServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo(1000);
            } finally {
                socket.abort();
            }
        }
    }

    private static HttpResponse<InputStream> watch(
            HttpClient client, String base, String token, HttpClient.Version version) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(base + "/runner-jobs/" + JOB + "/events/stream"))
                        .version(version)
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }
}
