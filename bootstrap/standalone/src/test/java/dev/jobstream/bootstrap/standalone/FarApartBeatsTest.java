package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Beats may be further apart than a client may stall: who has nothing to take does not stall. */
class FarApartBeatsTest {

    private static final JobId JOB = new JobId("quiet");

    @Test
    void anIdleStreamOutlivesTheStallLimitHoweverItIsWatched() throws Exception {
        try (RunningServer server = RunningServer.start(
                        "jobstream.heartbeat=2s", "jobstream.stall-limit=500ms", "server.http2.enabled=true");
                SseClient stream = server.watch(JOB.value());
                WsClient socket = WsClient.open(
                        server.port(),
                        "/runner-jobs/" + JOB + "/events/ws",
                        "Authorization: Bearer " + RunningServer.token());
                BufferedReader overHttp2 = overHttp2(server)) {
            stream.awaitComment(); // The first block's.
            for (int beats = 0; beats < 2; beats++) {
                stream.awaitComment();
                socket.awaitPing();
            }
            for (String line = overHttp2.readLine(); !":".equals(line); line = overHttp2.readLine()) {
                assertThat(line).as("it has not ended").isNotNull();
            }

            server.publisher().publish(JOB, NewEvent.of("job.completed", "{}"));

            assertThat(stream.next().type()).isEqualTo("job.completed");
            assertThat(socket.awaitClose().code()).isEqualTo(1000);
            assertThat(overHttp2.lines()).contains("event: job.completed");
        }
    }

    private static BufferedReader overHttp2(RunningServer server) throws Exception {
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://localhost:" + server.port() + "/runner-jobs/" + JOB + "/events/stream"))
                                .version(HttpClient.Version.HTTP_2)
                                .header("Authorization", "Bearer " + RunningServer.token())
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }
}
