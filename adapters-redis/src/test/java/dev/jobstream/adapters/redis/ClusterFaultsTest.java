package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.ValkeyCluster;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisClusterConfiguration;

/** One primary of a cluster hangs, or is taken out of it and goes on by itself; with no more rights than are documented. */
class ClusterFaultsTest {

    private static ValkeyCluster cluster;
    private static TestTransport node;

    @BeforeAll
    static void start() throws IOException {
        cluster = ValkeyCluster.start(
                3,
                0,
                Duration.ofSeconds(2),
                "--cluster-require-full-coverage",
                "no",
                "--cluster-allow-replica-migration",
                "no");
        for (ValkeyServer each : cluster.nodes()) {
            assertThat(each.ask("ACL SETUSER node on >secret" + DocumentedRights.onACluster()))
                    .startsWith("+OK");
        }
        RedisClusterConfiguration target = new RedisClusterConfiguration(cluster.addresses());
        target.setUsername("node");
        target.setPassword("secret");
        node = new TestTransport(
                target, JournalLimits.DEFAULT, JobKey.DEFAULT_NAMESPACE, PubSub.CLASSIC, settings -> {});
    }

    @AfterAll
    static void stop() {
        node.close();
        cluster.close();
    }

    @Test
    void aPrimaryThatHangsStopsTheJobsThatItKeepsAndNoOthers() {
        ValkeyServer hanging = cluster.primaryOf(0);
        JobId on = jobOn(hanging, true);
        JobId off = jobOn(hanging, false);
        publish(on);
        publish(off);
        await().until(() -> node.transport().isAnswering());

        cluster.hang(hanging);
        try {
            await().until(() -> {
                publish(off);
                return node.transport().missing().equals(List.of(hanging.host() + ":" + hanging.port()));
            });
            assertThat(node.transport().isAnswering()).isFalse();
            assertThatThrownBy(() -> publish(on))
                    .isInstanceOf(TransportUnavailableException.class)
                    .hasMessage("Valkey does not answer")
                    .hasNoCause();
            publish(off);
        } finally {
            cluster.goOn(hanging);
        }
        await().until(() ->
                node.transport().isAnswering() && node.transport().missing().isEmpty());
        awaitPublished(on);
    }

    /** Its process goes on, and takes subscriptions: nothing that is published in the cluster comes over them. */
    @Test
    void aSubscriptionOverANodeThatWasTakenOutIsMadeElsewhere() throws IOException {
        JobId job = new JobId("job-" + UUID.randomUUID());
        RecordingListener listener = new RecordingListener();
        node.source().listen(job, listener);
        listener.awaitConnected();
        ValkeyServer carrier = null;
        for (ValkeyServer each : cluster.nodes()) {
            if (each.ask("PUBSUB CHANNELS *" + job + "*").contains(job.toString())) {
                carrier = each;
            }
        }
        assertThat(carrier).isNotNull();
        ValkeyServer leaving = carrier;
        moveEverythingFrom(leaving);

        int before = listener.connections();
        cluster.forget(leaving);

        listener.awaitConnected(before + 1);
        EventId heard = awaitPublished(job);
        await().until(() -> listener.ids().contains(heard));
        assertThat(leaving.ask("PUBSUB CHANNELS *" + job + "*")).startsWith("*0");
    }

    /** Each has a third of the slots, as at the start. */
    private static void moveEverythingFrom(ValkeyServer leaving) {
        List<ValkeyServer> nodes = cluster.nodes();
        int index = nodes.indexOf(leaving);
        int first = ValkeyCluster.SLOTS * index / nodes.size();
        int last = ValkeyCluster.SLOTS * (index + 1) / nodes.size() - 1;
        cluster.migrate(first, last, nodes.get((index + 1) % nodes.size()));
    }

    private static JobId jobOn(ValkeyServer primary, boolean there) {
        while (true) {
            JobId job = new JobId("job-" + UUID.randomUUID());
            if ((cluster.primaryOf(TestTransport.KEYS.of(job)) == primary) == there) {
                return job;
            }
        }
    }

    private static EventId publish(JobId job) {
        return node.publisher().publish(job, NewEvent.of("step.output", "{}"));
    }

    private static EventId awaitPublished(JobId job) {
        return await().atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .ignoreException(TransportUnavailableException.class)
                .until(() -> publish(job), id -> true);
    }
}
