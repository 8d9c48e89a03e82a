package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ValkeyCluster;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Rows 20 to 25, 29: a part of a cluster hangs, dies, moves, shrinks, is lost or cut off. Three primaries, each with a replica, a node timeout
 * of 2 s, {@code cluster-require-full-coverage no}.
 */
class ClusterIT {

    private static final int JOBS_OF_A_PART = Scale.of(4, 2);
    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(2);

    /** What a fault is done to: the first primary, which keeps {@link #hit}. */
    private static final class Stage implements AutoCloseable {

        final ValkeyCluster cluster = ValkeyCluster.startSeparable(
                3,
                1,
                NODE_TIMEOUT,
                "--cluster-require-full-coverage",
                "no",
                // It decides for itself how far a replica may be behind that takes over.
                "--cluster-replica-validity-factor",
                "0");
        final ValkeyServer primary = cluster.nodes().get(0);
        final ValkeyServer replica = cluster.nodes().get(3);
        final List<String> hit = new ArrayList<>();
        final List<String> others = new ArrayList<>();
        final Parts parts;
        final long begun;
        long fault;

        Stage(String name) throws IOException {
            try {
                parts = new Parts(
                        name,
                        job -> cluster.primaryOf(Publisher.key(job)).port(),
                        "spring.data.redis.cluster.nodes=" + String.join(",", cluster.addresses()));
                for (int i = 0; i < JOBS_OF_A_PART; i++) {
                    hit.add(jobOf(0));
                    others.add(jobOf(1));
                    others.add(jobOf(2));
                }
                parts.with(hit).with(others);
                parts.awaitHealth(200);
                begun = System.nanoTime();
                World.pass(Parts.LONG_ENOUGH);
                fault = System.nanoTime();
            } catch (IOException | RuntimeException e) {
                cluster.close();
                throw e;
            }
        }

        private String jobOf(int part) {
            return Parts.newJob(job ->
                    cluster.primaryOf(Publisher.key(job)) == cluster.nodes().get(part));
        }

        int slot() {
            return cluster.slotOf(Publisher.key(hit.get(0)));
        }

        String name(ValkeyServer server) {
            return server.host() + ":" + server.port();
        }

        /** The part that was hit is whole again. */
        void awaitHealed(Row row) {
            parts.awaitPublishing(hit, 10);
            row.figure("publishing to the part that was hit was refused for at most (s)", parts.refusedFor(hit, fault));
            row.figure("its clients hear of events within (s)", parts.awaitHeard(hit));
            parts.awaitHealth(200);
        }

        /** The same; and the other parts have noticed nothing of it. */
        void awaitHealedUnnoticedByOthers(Row row) {
            awaitHealed(row);
            assertUndisturbed(row);
        }

        void assertUndisturbed(Row row) {
            parts.assertUndisturbed(row, others, begun, fault);
        }

        @Override
        public void close() {
            parts.close();
            cluster.close();
        }
    }

    @Test
    void row20_aPrimaryHangs() throws IOException {
        Row row = new Row("20", "Cluster: a primary hangs (SIGSTOP), its replica is promoted");
        try (Stage stage = new Stage("cluster-hung")) {
            stage.cluster.hang(stage.primary);
            stage.parts.awaitHealth(503, stage.name(stage.primary));
            stage.cluster.awaitPrimary(stage.replica, stage.slot());
            stage.awaitHealedUnnoticedByOthers(row);

            stage.cluster.goOn(stage.primary);
            stage.cluster.awaitOk();
            stage.parts.awaitPublishing(stage.hit, 10);
            stage.parts.assertWhole(row, true);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row21_aPrimaryDies() throws IOException {
        Row row = new Row("21", "Cluster: a primary `kill -9`, its replica is promoted");
        try (Stage stage = new Stage("cluster-killed")) {
            stage.cluster.kill(stage.primary);
            stage.parts.awaitHealth(503, stage.name(stage.primary));
            stage.cluster.awaitPrimary(stage.replica, stage.slot());
            stage.awaitHealedUnnoticedByOthers(row);
            stage.parts.assertWhole(row, true);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row22_aPlannedFailover() throws IOException {
        Row row = new Row("22", "Cluster: `CLUSTER FAILOVER`");
        try (Stage stage = new Stage("cluster-failover")) {
            stage.cluster.failOver(stage.slot());
            stage.awaitHealedUnnoticedByOthers(row);
            stage.parts.assertWhole(row, false);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row23_resharding() throws IOException {
        Row row = new Row("23", "Cluster: the slots of a primary move to another one");
        try (Stage stage = new Stage("cluster-resharded")) {
            moveSlots(stage);
            stage.awaitHealedUnnoticedByOthers(row);
            stage.parts.assertWhole(row, false);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row24_scaleIn() throws IOException {
        Row row = new Row("24", "Cluster: a primary and its replica are taken out, and their processes go on");
        try (Stage stage = new Stage("cluster-scaled-in")) {
            moveSlots(stage);
            stage.cluster.forget(stage.replica);
            stage.cluster.forget(stage.primary);
            stage.awaitHealedUnnoticedByOthers(row);
            stage.parts.assertWhole(row, false);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row25_aPartIsLost() throws IOException {
        Row row = new Row("25", "Cluster: a primary and all its replicas `kill -9`, back empty after 10 s");
        try (Stage stage = new Stage("cluster-part-lost")) {
            stage.cluster.kill(stage.replica);
            stage.cluster.kill(stage.primary);
            stage.parts.awaitHealth(503, stage.name(stage.primary));
            stage.parts.awaitRefusal(stage.hit);
            World.pass(Duration.ofSeconds(10));
            stage.assertUndisturbed(row);
            stage.parts.awaitHealth(503);

            stage.cluster.restart(stage.primary);
            stage.cluster.restart(stage.replica);
            stage.cluster.awaitOk();
            stage.awaitHealed(row);
            stage.parts.assertWhole(row, true);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row29_thePrimaryIsCutOffFromTheOtherNodes() throws IOException {
        Row row = new Row("29", "Cluster: the bus is cut, a primary alone on its side; clients reach both");
        try (Stage stage = new Stage("cluster-partitioned")) {
            stage.cluster.separate(stage.primary);
            stage.cluster.awaitPrimary(stage.replica, stage.slot());
            stage.awaitHealedUnnoticedByOthers(row);

            stage.cluster.join(stage.primary);
            stage.cluster.awaitOk();
            stage.parts.awaitPublishing(stage.hit, 10);
            stage.parts.assertWhole(row, true);
            row.passed();
        }
    }

    /** All of the first primary's go to the second. */
    private static void moveSlots(Stage stage) {
        int last = ValkeyCluster.SLOTS / 3 - 1;
        stage.cluster.migrate(0, last, stage.cluster.nodes().get(1));
        assertThat(stage.cluster.primaryOf(stage.slot()))
                .isEqualTo(stage.cluster.nodes().get(1));
    }
}
