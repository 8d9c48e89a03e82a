package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.DeafeningProxy;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.ValkeyServer;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A node whose subscription is lost behind its back: its clients wait a moment, and nothing is missing. */
@ExtendWith(OutputCaptureExtension.class)
class DeafServerTest {

    private final String job = "job-" + UUID.randomUUID();
    private final String channel = "runner-jobs:{" + job + "}:events";

    @Test
    void itsClientsMissNothingAndItHearsAgain(CapturedOutput output) throws Exception {
        try (ValkeyServer valkey = ValkeyServer.startPrivate();
                DeafeningProxy proxy = new DeafeningProxy(valkey);
                RunningServer server = RunningServer.start(
                        "jobstream.transport=valkey",
                        "jobstream.sweep=1s",
                        "spring.data.redis.host=127.0.0.1",
                        "spring.data.redis.port=" + proxy.port());
                SseClient client = server.watch(job)) {
            EventId first = publish(server);
            assertThat(client.next().id()).isEqualTo(first.toString());

            proxy.deafen(channel);
            EventId lost = publish(server);

            assertThat(client.next().id()).isEqualTo(lost.toString());
            Awaitility.await()
                    .atMost(RunningServer.PATIENCE)
                    .until(() -> valkey.ask("PUBSUB NUMSUB " + channel).contains(":1\r\n"));
            EventId heard = publish(server);
            assertThat(client.next().id()).isEqualTo(heard.toString());
            assertThat(output.getAll()).containsOnlyOnce("that were not heard over 1 of 1 channels");
        }
    }

    private EventId publish(RunningServer server) {
        return server.publisher().publish(new JobId(job), NewEvent.of("step.output", "{}"));
    }
}
