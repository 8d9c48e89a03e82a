package dev.jobstream.adapters.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.Resp;
import dev.jobstream.tools.ValkeyCluster;
import dev.jobstream.tools.ValkeyServer;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events stay with their job's primary, and are heard by whatever way they come. */
class ShardedPubSubTest {

    private static final String ON_THE_BUS = "cluster_stats_messages_publish_received";

    private final ValkeyCluster cluster = ValkeyCluster.shared();
    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private final String channel = TestTransport.KEYS.of(job);
    private final List<TestTransport> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(TestTransport::close);
    }

    private TestTransport node(PubSub pubSub) {
        TestTransport node = new TestTransport(cluster, JournalLimits.DEFAULT, pubSub);
        nodes.add(node);
        return node;
    }

    private RecordingListener listen(TestTransport node) {
        RecordingListener listener = new RecordingListener();
        node.source().listen(job, listener);
        return listener.awaitConnected();
    }

    private EventId publish(TestTransport node) {
        return node.publisher().publish(job, NewEvent.of("step.output", "{}"));
    }

    @Test
    void nothingOfAnEventCrossesTheBus() {
        TestTransport node = node(PubSub.AUTO);
        RecordingListener listener = listen(node);
        long before = cluster.sumOfClusterInfo(ON_THE_BUS);

        for (int i = 0; i < 50; i++) {
            publish(node);
        }

        listener.awaitHeard(50);
        assertThat(cluster.sumOfClusterInfo(ON_THE_BUS)).isEqualTo(before);
        TestTransport classic = node(PubSub.CLASSIC);
        publish(classic);
        listener.awaitHeard(51);
        await().untilAsserted(
                        () -> assertThat(cluster.sumOfClusterInfo(ON_THE_BUS)).isEqualTo(before + 2));
    }

    @Test
    void whileNodesAreChangedOverEachEventIsHeardOnce() {
        TestTransport classic = node(PubSub.CLASSIC);
        TestTransport both = node(PubSub.BOTH);
        TestTransport sharded = node(PubSub.SHARDED);
        RecordingListener oldest = listen(classic);
        RecordingListener between = listen(both);
        RecordingListener newest = listen(sharded);

        EventId first = publish(classic);
        EventId second = publish(both);
        between.awaitHeard(2);
        newest.awaitHeard(2);
        EventId third = publish(sharded);
        between.awaitHeard(3);
        newest.awaitHeard(3);
        EventId fourth = publish(classic);

        oldest.awaitHeard(3);
        between.awaitHeard(4);
        newest.awaitHeard(4);
        assertThat(oldest.ids()).containsExactly(first, second, fourth);
        assertThat(between.ids()).containsExactly(first, second, third, fourth);
        assertThat(newest.ids()).containsExactly(first, second, third, fourth);
    }

    @Test
    void publishersOfOtherProgramsAreHeardWhetherOrNotTheirScriptIsSharded() throws Exception {
        TestTransport node = node(PubSub.AUTO);
        RecordingListener listener = listen(node);
        String script;
        try (InputStream in = ValkeyTransport.class.getResourceAsStream("/dev/jobstream/append.lua")) {
            script = new String(in.readAllBytes(), UTF_8);
        }

        try (Resp program = new Resp(cluster.primaryOf(channel).port())) {
            program.call("EVAL", script, "1", channel, "100", "60000", "step.output", "{\"n\":1}");
            listener.awaitUnconfirmed(1);
            String sharded = script.replace("local SHARDED = false", "local SHARDED = true");
            program.call("EVAL", sharded, "1", channel, "100", "60000", "step.output", "{\"n\":2}");
            listener.awaitUnconfirmed(2);
        }
        node.publishLiveOnly(job, "step.output", "{\"n\":3}");

        listener.awaitHeard(1);
        assertThat(listener.unconfirmed()).hasSize(2);
    }

    @Test
    void manyJobsAreSubscribed_andNothingIsLeftOfThem() throws Exception {
        TestTransport node = node(PubSub.AUTO);
        List<RecordingListener> listeners = new ArrayList<>();
        List<EventSource.Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            RecordingListener listener = new RecordingListener();
            listeners.add(listener);
            subscriptions.add(node.source().listen(new JobId(job + "." + i), listener));
        }
        listeners.forEach(RecordingListener::awaitConnected);
        assertThat(shardChannels()).isEqualTo(500);
        assertThat(listeners).allMatch(listener -> listener.connections() == 1);

        subscriptions.forEach(EventSource.Subscription::close);

        await().untilAsserted(() -> assertThat(shardChannels()).isZero());
    }

    @Test
    void aConnectionThatBreaksIsMadeAnew_andTheListenersHearOfIt() throws Exception {
        TestTransport node = node(PubSub.AUTO);
        RecordingListener listener = listen(node);

        try (Resp operator = new Resp(cluster.primaryOf(channel).port())) {
            operator.call("CLIENT", "KILL", "TYPE", "PUBSUB");
        }

        listener.awaitConnected(2);
        publish(node);
        listener.awaitHeard(1);
        await().until(node.transport()::isListening);
    }

    @Test
    void aSubscriptionThatIsTakenForDeadIsReplaced_andOthersAreLeftInPeace() {
        TestTransport node = node(PubSub.AUTO);
        RecordingListener listener = new RecordingListener();
        RecordingListener other = new RecordingListener();
        EventSource.Subscription subscription = node.source().listen(job, listener);
        node.source().listen(new JobId(job + ".other"), other);
        listener.awaitConnected();
        other.awaitConnected();

        subscription.resubscribe();

        listener.awaitConnected(2);
        publish(node);
        listener.awaitHeard(1);
        assertThat(other.connections()).isEqualTo(1);
    }

    @Test
    void ifThatDoesNotHelpAllConnectionsAreMadeAnew() {
        TestTransport node = node(PubSub.AUTO);
        RecordingListener listener = new RecordingListener();
        RecordingListener other = new RecordingListener();
        EventSource.Subscription subscription = node.source().listen(job, listener);
        JobId elsewhere = new JobId(job + ".other");
        node.source().listen(elsewhere, other);
        listener.awaitConnected();
        other.awaitConnected();

        subscription.resubscribe();
        listener.awaitConnected(2);
        subscription.resubscribe();

        listener.awaitConnected(3);
        other.awaitConnected(2);
        publish(node);
        node.publisher().publish(elsewhere, NewEvent.of("step.output", "{}"));
        listener.awaitHeard(1);
        other.awaitHeard(1);
    }

    @Test
    void listeningMayBeStoppedAndStartedAgain() throws Exception {
        TestTransport node = node(PubSub.AUTO);
        RecordingListener listener = listen(node);

        node.transport().stop();
        assertThat(shardChannels()).isZero();
        node.transport().start();

        listener.awaitConnected(2);
        publish(node);
        listener.awaitHeard(1);
    }

    @Test
    void whereThereIsNoClusterItIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PubSub.SHARDED.on(false))
                .withMessage("pubsub must be auto or classic where Valkey is no Cluster, is sharded");
        assertThat(PubSub.AUTO.on(false)).isEqualTo(PubSub.CLASSIC);
        assertThat(PubSub.AUTO.on(true)).isEqualTo(PubSub.SHARDED);
    }

    /** Of this test's jobs, on all primaries. */
    private int shardChannels() throws Exception {
        int count = 0;
        for (ValkeyServer server : cluster.nodes()) {
            try (Resp operator = new Resp(server.port())) {
                count += ((List<?>) operator.call("PUBSUB", "SHARDCHANNELS", "*" + job + "*")).size();
            }
        }
        return count;
    }
}
