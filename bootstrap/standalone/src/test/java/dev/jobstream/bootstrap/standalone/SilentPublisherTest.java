package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.PublicationStreams;
import dev.jobstream.tools.RawHttp;
import dev.jobstream.tools.StreamedPost;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** Publishers' streams that pause. */
class SilentPublisherTest {

    @Test
    void staysConnectedForLongerThanOthersMayBeIdle() throws Exception {
        try (RunningServer server = RunningServer.start("jobstream.heartbeat=500ms", "jobstream.stall-limit=1s");
                Socket idle = RawHttp.send(server.port(), 0, "GET /actuator/health/liveness HTTP/1.1");
                StreamedPost post = StreamedPost.begin(
                        server.port(),
                        "/runner-jobs/silent/events/stream?stepId=build",
                        "Content-Type: text/plain",
                        "Authorization: Bearer " + RunningServer.token())) {
            await().until(() -> server.bean(PublicationStreams.class).openStreams() == 1);
            idle.getInputStream().readAllBytes(); // To its end: the connector's idle time is over.
            try (Socket later = RawHttp.send(server.port(), 0, "GET /actuator/health/liveness HTTP/1.1")) {
                later.getInputStream().readAllBytes();
            }

            assertThat(post.write("at last\n").end().body()).contains("\"appended\":1");
        }
    }
}
