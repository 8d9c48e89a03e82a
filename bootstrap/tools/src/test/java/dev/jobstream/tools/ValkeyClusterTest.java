package dev.jobstream.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The cluster that other tests rely on does what it says. */
class ValkeyClusterTest {

    @Test
    void movesASlotWithItsKeys_failsOver_forgetsANode_andOutlivesAKilledPrimary() throws Exception {
        try (ValkeyCluster cluster = ValkeyCluster.start(3, 1, Duration.ofSeconds(1))) {
            int slot = cluster.slotOf("a{job}");
            ValkeyServer first = cluster.primaryOf(slot);
            call(first, "SET", "a{job}", "1");

            cluster.failOver(slot);
            ValkeyServer promoted = cluster.primaryOf("a{job}");
            assertThat(promoted).isNotSameAs(first);
            assertThat(call(promoted, "GET", "a{job}")).isEqualTo("1");
            cluster.awaitOk();

            ValkeyServer other = cluster.primaryOf((slot + ValkeyCluster.SLOTS / 2) % ValkeyCluster.SLOTS);
            cluster.migrate(slot, other);
            assertThat(cluster.primaryOf(slot)).isSameAs(other);
            assertThat(call(other, "GET", "a{job}")).isEqualTo("1");

            cluster.hang(first);
            assertThat(cluster.primaryOf(slot)).isSameAs(other);
            cluster.goOn(first);
            cluster.awaitOk();
            cluster.forget(first);
            assertThat(String.valueOf(call(other, "CLUSTER", "NODES"))).doesNotContain(ValkeyCluster.id(first) + " ");

            ValkeyServer replica = cluster.replicaOf(slot);
            cluster.kill(other);
            cluster.awaitPrimary(replica, slot);
            assertThat(call(replica, "GET", "a{job}")).isEqualTo("1");
        }
    }

    @Test
    void separatesAPrimary_whoseReplicaIsPromoted_andJoinsItAgain() throws Exception {
        try (ValkeyCluster cluster = ValkeyCluster.startSeparable(3, 1, Duration.ofSeconds(1))) {
            int slot = cluster.slotOf("a{job}");
            ValkeyServer alone = cluster.primaryOf(slot);
            ValkeyServer replica = cluster.replicaOf(slot);

            cluster.separate(alone);
            cluster.awaitPrimary(replica, slot);
            await().until(() -> String.valueOf(call(alone, "CLUSTER", "INFO")).contains("cluster_state:fail"));
            call(replica, "SET", "a{job}", "1");

            cluster.join(alone);
            cluster.awaitPrimary(replica, slot);
            cluster.awaitOk();
            await().until(() -> "1".equals(readFromReplica(alone, "a{job}")));
        }
    }

    private static @Nullable Object readFromReplica(ValkeyServer server, String key) throws Exception {
        try (Resp connection = new Resp(server.port())) {
            connection.call("READONLY");
            return connection.call("GET", key);
        } catch (IOException e) {
            return null; // MOVED: it does not know yet that it is one.
        }
    }

    private static @Nullable Object call(ValkeyServer server, String... words) throws Exception {
        try (Resp connection = new Resp(server.port())) {
            return connection.call(words);
        }
    }
}
