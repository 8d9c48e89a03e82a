package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.CuttingProxy;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The connection breaks when some channels of a batch are acknowledged and some are not. The driver subscribes again to
 * those that were; the container waits for the others without end.
 */
class LostAcknowledgementTest {

    private final JobId job = new JobId("job-" + UUID.randomUUID());

    @Test
    void whatWasNotAcknowledgedIsSubscribedAgain() throws IOException {
        try (CuttingProxy proxy = new CuttingProxy(ValkeyServer.shared());
                TestTransport valkey = new TestTransport("127.0.0.1", proxy.port(), JournalLimits.DEFAULT)) {
            // The container must have a connection already: it is the later batches that it waits for.
            listen(valkey, job).awaitConnected();
            proxy.cutInsideTheNextBatch();

            List<RecordingListener> listeners = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                listeners.add(listen(valkey, new JobId(job + "." + i)));
            }

            listeners.forEach(RecordingListener::awaitConnected);
            assertThat(proxy.hasCut()).isTrue();
            for (int i = 0; i < 500; i += 20) {
                valkey.publisher().publish(new JobId(job + "." + i), NewEvent.of("step.output", "{}"));
                listeners.get(i).awaitHeard(1);
            }
        }
    }

    private static RecordingListener listen(TestTransport valkey, JobId to) {
        RecordingListener listener = new RecordingListener();
        EventSource.Subscription ignored = valkey.source().listen(to, listener);
        return listener;
    }
}
