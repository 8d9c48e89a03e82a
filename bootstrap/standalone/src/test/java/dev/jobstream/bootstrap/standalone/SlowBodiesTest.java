package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.tools.RawHttp;
import dev.jobstream.tools.SseClient;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Publishers with a good token that send their bodies a byte at a time, or not at all. */
class SlowBodiesTest {

    private static final int PLACES = 5;
    private static final String EVENT = "{\"event\":\"step.output\",\"data\":{}}";

    private final List<Socket> slow = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (Socket socket : slow) {
            socket.close();
        }
    }

    private Socket post(RunningServer server) throws IOException {
        Socket socket = RawHttp.send(
                server.port(),
                0,
                "POST /runner-jobs/slow/events HTTP/1.1",
                "Authorization: Bearer " + RunningServer.token(),
                "Content-Type: application/json",
                "Content-Length: 100000");
        socket.getOutputStream().write('[');
        slow.add(socket);
        return socket;
    }

    private static int publish(RunningServer server) throws Exception {
        return server.post("other", "application/json", EVENT).statusCode();
    }

    @Test
    void takeNoMoreThreadsThanTheirPlacesAndEverybodyElseGoesOn() throws Exception {
        try (RunningServer server = RunningServer.start("jobstream.publish.concurrent-bodies=" + PLACES)) {
            for (int i = 0; i < 300; i++) { // More than Jetty has threads.
                post(server);
            }

            HttpResponse<String> refused = await().until(
                            () -> server.post("other", "application/json", EVENT),
                            answer -> answer.statusCode() == 429);

            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            String somebodyElse = RunningServer.token(claims -> claims.subject("somebody else"));
            // Those who are refused hold the last place for a moment.
            await().until(() -> server.post("other", "application/json", EVENT, somebodyElse)
                            .statusCode()
                    == 201);
            try (SseClient health = SseClient.get(server.port(), "/actuator/health/liveness", RunningServer.PATIENCE);
                    SseClient stream = server.watch("job-1")) {
                assertThat(health.status()).isEqualTo(200);
                assertThat(stream.status()).isEqualTo(200);
            }

            leave();
            await().until(() -> publish(server) == 201);
        }
    }

    @Test
    void areToldThatTheirTimeIsOverAndTheirPlaceIsFree() throws Exception {
        try (RunningServer server =
                RunningServer.start("jobstream.publish.concurrent-bodies=1", "jobstream.publish.body-timeout=300ms")) {
            Socket trickling = post(server);

            // A byte now and then, until the server answers.
            await().until(() -> {
                trickling.getOutputStream().write(' ');
                return trickling.getInputStream().available() > 0;
            });

            assertThat(RawHttp.head(trickling)).startsWith("HTTP/1.1 408 ").containsIgnoringCase("Connection: close");
            await().until(() -> publish(server) == 201);
        }
    }
}
