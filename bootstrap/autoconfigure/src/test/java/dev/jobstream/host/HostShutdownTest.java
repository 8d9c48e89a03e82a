package dev.jobstream.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import java.time.Duration;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What clients see of a host on Tomcat that stops. */
@ExtendWith(OutputCaptureExtension.class)
class HostShutdownTest {

    private static final String CLOSING = "{\"reason\":\"shutdown\",\"reconnect\":true}";

    @Test
    void everyStreamIsToldAndEndsCleanlyAndSoon(CapturedOutput output) throws Exception {
        RunningHost host = RunningHost.start(Monolith.class, "jobstream.transport=memory", "jobstream.drain=2m");
        String session = host.logIn(Monolith.USER, Monolith.PASSWORD);
        host.publish("alice-1", "job.started", "{}");
        try (SseClient client = host.watch("alice-1", session);
                WsClient socket = host.watchBySocket("alice-1", session)) {
            assertThat(socket.next()).contains("job.started");
            long start = System.nanoTime();
            host.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
            assertThat(client.toEnd())
                    .extracting(SseClient.Event::type, SseClient.Event::data)
                    .containsExactly(Tuple.tuple("job.started", "{}"), Tuple.tuple("stream.closing", CLOSING));
            assertThat(socket.awaitClose()).isEqualTo(new WsClient.Close(1012, "shutdown"));
            assertThat(socket.toEnd()).containsExactly("{\"event\":\"stream.closing\",\"data\":" + CLOSING + "}");
        }
        assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ", "\tat ");
    }
}
