package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.Nginx;
import dev.jobstream.tools.NotTested;
import dev.jobstream.tools.SseClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams through nginx as it comes, with its buffering on, that cuts what is silent for two seconds. */
class NginxTest {

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);
    private static final int BEATS = 7;

    private static Path binary;

    @BeforeAll
    static void find() {
        binary = Nginx.binary().orElse(null);
        if (binary == null) {
            NotTested.say("streams through nginx. There is no nginx on this machine");
            Assumptions.abort("no nginx on this machine");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1"})
    void anIdleStreamStaysUpAndEventsComeAtOnce(String version) throws Exception {
        JobId job = new JobId("job-" + UUID.randomUUID());
        try (RunningServer server = RunningServer.start("jobstream.heartbeat=1s");
                Nginx nginx = Nginx.start(
                        binary,
                        server.port(),
                        "proxy_http_version " + version + ";",
                        "proxy_read_timeout " + READ_TIMEOUT.toSeconds() + "s;");
                SseClient client = SseClient.get(
                        nginx.port(),
                        "/runner-jobs/" + job + "/events/stream",
                        READ_TIMEOUT.multipliedBy(3),
                        "Authorization: Bearer " + RunningServer.token())) {
            assertThat(client.status()).isEqualTo(200);
            assertThat(client.header("Content-Type")).containsExactly("text/event-stream;charset=UTF-8");
            long start = System.nanoTime();
            for (int i = 0; i < BEATS; i++) {
                client.awaitComment();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(READ_TIMEOUT.multipliedBy(2));

            for (int i = 0; i < 5; i++) {
                long sent = System.nanoTime();
                EventId id = server.publisher().publish(job, NewEvent.of("step.output", "{\"i\":" + i + "}"));
                assertThat(client.next().id()).isEqualTo(id.toString());
                assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(Duration.ofSeconds(1));
            }
            server.publisher().publish(job, NewEvent.of("job.completed", "{}"));
            assertThat(client.toEnd()).extracting(SseClient.Event::type).containsExactly("job.completed");
            assertThat(nginx.errors()).doesNotContain("timed out", "prematurely");
        }
    }
}
