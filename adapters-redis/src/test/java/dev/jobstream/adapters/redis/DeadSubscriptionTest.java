package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.domain.JournalContract;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.DeafeningProxy;
import dev.jobstream.tools.ValkeyServer;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server has forgotten a subscription, and the driver does not know: no event, no error, no reconnect. */
class DeadSubscriptionTest {

    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private final String channel = TestTransport.KEYS.of(job);
    private final RecordingListener listener = new RecordingListener();
    private final RecordingListener other = new RecordingListener();
    private final ValkeyServer server = ValkeyServer.startPrivate();
    private DeafeningProxy proxy;
    private TestTransport valkey;
    private EventSource.Subscription subscription;

    @BeforeEach
    void listen() throws Exception {
        proxy = new DeafeningProxy(server);
        valkey = new TestTransport("127.0.0.1", proxy.port(), JournalLimits.DEFAULT);
        subscription = valkey.source().listen(job, listener);
        valkey.source().listen(new JobId(job + ".other"), other);
        listener.awaitConnected();
        other.awaitConnected();
    }

    @AfterEach
    void close() {
        valkey.close();
        proxy.close();
        server.close();
    }

    @Test
    void hearsAgainOnceItIsRenewed() throws Exception {
        proxy.deafen(channel);
        assertThat(server.ask("PUBSUB NUMSUB " + channel)).contains(":0\r\n");
        EventId lost = publish();

        subscription.resubscribe();
        listener.awaitConnected(2);
        EventId heard = publish();

        listener.awaitHeard(1);
        assertThat(listener.ids()).containsExactly(heard);
        assertThat(JournalContract.all(valkey.source(), job))
                .extracting(event -> event.id())
                .containsExactly(lost, heard);
        assertThat(server.ask("PUBSUB NUMSUB " + channel)).contains(":1\r\n");
        assertThat(other.connections()).as("the others are left in peace").isEqualTo(1);
        assertThat(proxy.subscribers()).isEqualTo(1);
    }

    @Test
    void theConnectionIsMadeAnewIfTheChannelAloneDoesNotHelp() throws Exception {
        proxy.deafen(channel);
        subscription.resubscribe();
        listener.awaitConnected(2);
        proxy.deafen(channel);

        subscription.resubscribe();
        listener.awaitConnected(3);
        other.awaitConnected(2);
        publish();

        listener.awaitHeard(1);
        assertThat(proxy.subscribers()).isEqualTo(2);
    }

    @Test
    void whoIsHeardInBetweenCountsAsNew() throws Exception {
        for (int time = 1; time <= 3; time++) {
            proxy.deafen(channel);
            subscription.resubscribe();
            listener.awaitConnected(time + 1);
            publish();
            listener.awaitHeard(time);
        }

        assertThat(other.connections()).isEqualTo(1);
        assertThat(proxy.subscribers()).isEqualTo(1);
    }

    private EventId publish() {
        return valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
    }
}
