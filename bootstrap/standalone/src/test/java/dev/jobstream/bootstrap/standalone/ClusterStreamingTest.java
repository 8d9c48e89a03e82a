package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.ValkeyCluster;
import dev.jobstream.tools.ValkeyServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A slot whose primary changes while its job is published to and watched. The watcher gets all that is in the journal, though
 * nothing is ever looked for: the channel is subscribed again by itself, at the slot's new place.
 */
class ClusterStreamingTest {

    private static final int BEFORE = 20;

    private static ValkeyCluster cluster;
    private static RunningServer node;

    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean last = new AtomicBoolean();
    private final CountDownLatch begun = new CountDownLatch(BEFORE);

    @BeforeAll
    static void start() {
        cluster = ValkeyCluster.start(3, 1, Duration.ofSeconds(1));
        node = RunningServer.start(
                "jobstream.transport=valkey",
                "jobstream.sweep=1h",
                "jobstream.journal.max-events=1000000",
                "spring.data.redis.cluster.nodes=" + String.join(",", cluster.addresses()));
    }

    @AfterAll
    static void stop() {
        node.close();
        cluster.close();
    }

    private interface Change {
        void to(int slot) throws Exception;
    }

    @Test
    void aSlotThatIsMovedTakesItsWatchersAlong() throws Exception {
        watchersAreWholeThrough(true, slot -> cluster.migrate(slot, elsewhere(slot)));
    }

    @Test
    void aPlannedFailoverTakesThemAlong() throws Exception {
        watchersAreWholeThrough(true, cluster::failOver);
    }

    @Test
    void aPrimaryThatIsKilledLeavesThemToItsReplica() throws Exception {
        // What it had not yet sent to its replica, watchers may have had, but not the journal.
        watchersAreWholeThrough(false, slot -> {
            ValkeyServer primary = cluster.primaryOf(slot);
            ValkeyServer replica = cluster.replicaOf(slot);
            cluster.kill(primary);
            cluster.awaitPrimary(replica, slot);
            cluster.restart(primary);
            cluster.awaitOk();
        });
    }

    private static ValkeyServer elsewhere(int slot) {
        return cluster.primaryOf((slot + ValkeyCluster.SLOTS / 2) % ValkeyCluster.SLOTS);
    }

    /** @param keepsAll whether all that was acknowledged stays in the journal */
    private void watchersAreWholeThrough(boolean keepsAll, Change change) throws Exception {
        cluster.awaitOk();
        int slot = cluster.slotOf("runner-jobs:{" + job + "}:events");
        double swept = swept();
        try (SseClient watcher = node.watch(job.toString())) {
            watcher.awaitComment();
            Future<List<EventId>> publishing = threads.submit(this::publishOn);
            assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();

            change.to(slot);
            last.set(true);

            List<EventId> ids = watcher.toEnd().stream()
                    .filter(event -> event.id() != null)
                    .map(event -> EventId.parse(event.id()))
                    .toList();
            assertThat(ids).isSorted().doesNotHaveDuplicates();
            Set<EventId> missed = new LinkedHashSet<>(journal());
            if (keepsAll) {
                missed.addAll(publishing.get());
            }
            missed.removeAll(new HashSet<>(ids));
            assertThat(missed).isEmpty();
            assertThat(swept()).as("reads because of silence").isEqualTo(swept);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Whatever is refused is published once more; it may be in the journal twice, or not at all. */
    private List<EventId> publishOn() {
        EventPublisher publisher = node.publisher();
        List<EventId> acknowledged = new ArrayList<>();
        while (true) {
            boolean end = last.get();
            try {
                acknowledged.add(publisher.publish(job, NewEvent.of(end ? "job.completed" : "step.output", "{}")));
                begun.countDown();
                if (end) {
                    return acknowledged;
                }
            } catch (TransportUnavailableException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    private List<EventId> journal() {
        EventSource source = node.bean(EventSource.class);
        List<EventId> ids = new ArrayList<>();
        EventId after = EventId.NONE;
        List<JobEvent> page = source.readAfter(job, after, 1_000).events();
        while (!page.isEmpty()) {
            page.forEach(event -> ids.add(event.id()));
            after = page.get(page.size() - 1).id();
            page = source.readAfter(job, after, 1_000).events();
        }
        return ids;
    }

    private static double swept() {
        return node.bean(MeterRegistry.class).find("jobstream.sweeps").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
