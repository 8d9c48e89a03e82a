package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows 10, 11 and 14: clients that take nothing, little, or less than there is. */
class SlowClientsIT {

    private static final double MEGABYTE = 1 << 20;

    @Tag("long")
    @Test
    void row10_oneNeverReads() throws IOException {
        int events = Scale.of(10_000, 600);
        Row row = new Row("10", "1 of 100 clients never reads, " + events + " events of 8 KB");
        long without;
        try (World world = World.forgetful("all-read").withJobs(1)) {
            without = p99OfClients(world, events, row, false);
        }
        try (World world = World.forgetful("one-never-reads").withJobs(1)) {
            long with = p99OfClients(world, events, row, true);
            row.figure("others' p99 without it (ms)", without / 1e6).figure("with it (ms)", with / 1e6);
            row.passed();
        }
    }

    private static long p99OfClients(World world, int events, Row row, boolean oneNeverReads) throws IOException {
        Node node = world.addNode("jobstream.stall-limit=" + Scale.of(15, 5) + "s");
        String job = world.jobs.get(0);
        world.watch(99);
        world.awaitOpen();
        Publisher publisher = world.publish(50, 8_000, 100_000);
        World.await("the node is warm", () -> publisher.acknowledged() > Scale.of(1_000, 200));
        Watcher deaf = null;
        if (oneNeverReads) {
            deaf = world.clients
                    .watcher(job, node::port, world.token)
                    .reading(0, 64 * 1024)
                    .once();
            deaf.come();
        }
        int from = world.watchers.get(0).record().size();
        long before = node.reachableBytes();
        long largest = 0;
        long end = publisher.acknowledged() + events;
        for (long soFar = -1; publisher.acknowledged() < end; ) {
            assertThat(publisher.acknowledged()).as("events that get through").isGreaterThan(soFar);
            soFar = publisher.acknowledged();
            World.pass(Duration.ofSeconds(3));
            largest = Math.max(largest, node.reachableBytes());
        }
        if (deaf != null) {
            World.await("the node has ended what is stalled", () -> node.connections() == world.watchers.size());
        }
        Map<String, NavigableMap<Id, Integer>> journals = world.settle();
        world.check(journals, row);
        if (deaf != null) {
            row.figure("heap grown by (MB)", (largest - before) / MEGABYTE);
            assertThat(largest - before).as("growth of the heap in bytes").isLessThan((long) (4 * MEGABYTE));
            assertEndedAndWholeAfterwards(world, deaf, journals.get(job), row);
        }
        return p99(world, job, from);
    }

    /** What it could still read is what the kernels hold; then it resumes and has everything. */
    private static void assertEndedAndWholeAfterwards(
            World world, Watcher deaf, NavigableMap<Id, Integer> journal, Row row) {
        deaf.hurry();
        World.await("the stalled stream was ended", deaf::isFinished);
        Record seen = deaf.record();
        row.figure("events it took before it was ended", seen.size());
        assertThat(seen.size()).isLessThan(journal.size());
        Id last = seen.size() == 0 ? Id.NONE : seen.id(seen.size() - 1);
        assertThat(new Checker(journal).check(seen, Id.NONE, null).complaints()).isEmpty();
        Watcher again = world.clients
                .watcher(deaf.job(), world.node()::port, world.token)
                .after(last.toString())
                .come();
        World.await("it has caught up", () -> seen.size() + again.record().size() >= journal.size());
        assertThat(new Checker(journal)
                        .check(again.record(), last, journal.lastKey())
                        .complaints())
                .isEmpty();
        row.figure("and after resuming", again.record().size());
    }

    /** Nanoseconds from Valkey's acknowledgement to the client. */
    private static long p99(World world, String job, int from) {
        List<Publisher.Published> published = world.publisher().published(job);
        Map<Id, Long> acknowledged = new java.util.HashMap<>();
        published.forEach(event -> acknowledged.put(event.id(), event.nanos()));
        long[] sorted = world.watchers.stream()
                .flatMapToLong(watcher -> LongStream.range(
                                from, watcher.record().size())
                        .map(at -> watcher.record().nanos((int) at)
                                - acknowledged.get(watcher.record().id((int) at))))
                .sorted()
                .toArray();
        return sorted[(int) (sorted.length * 0.99)];
    }

    @Tag("long")
    @Test
    void row11_manyReadSlowly() throws IOException {
        int megabytes = Scale.of(20, 5);
        Row row = new Row("11", "50 clients read 2 KB/s while " + megabytes + " MB pass");
        int size = 2_000;
        int kept = megabytes * 1_000_000 / size / 2;
        try (World world = new World("slow", ValkeyServer.startPrivate()).withJobs(1)) {
            Node node = world.addNode();
            world.watch(10);
            // On loopback a kernel tells what was read only in large pieces, that grow with this buffer: a server was
            // seen to wait 12 s for a client with 8 KiB, 16 s with 16 KiB, 35 s with 24 KiB.
            for (int i = 0; i < 50; i++) {
                world.add(world.clients
                                .watcher(world.jobs.get(0), node::port, world.token)
                                .reading(2_000, i % 2 == 0 ? 8 * 1024 : 4 * 1024))
                        .come();
            }
            world.awaitOpen();
            Publisher publisher = world.publish(Scale.of(100, 100), size, kept);
            long before = node.reachableBytes();
            World.await(
                    Duration.ofMinutes(10),
                    "events pass",
                    () -> publisher.acknowledged() > megabytes * 1_000_000L / size);
            // Longer than the stall limit.
            World.pass(Duration.ofSeconds(Scale.of(60, 40)));

            long growth = node.reachableBytes() - before;
            row.figure("heap grown by (MB)", growth / MEGABYTE);
            assertThat(growth).as("growth of the heap in bytes").isLessThan((long) (64 * MEGABYTE));
            // Who reads so little is not promised to be seen to read; where one is ended, it resumes.
            row.figure("streams ended", world.count(Record.Kind.CUT) + world.count(Record.Kind.ENDED));
            world.watchers.forEach(Watcher::hurry);
            Map<String, NavigableMap<Id, Integer>> truth = world.settleWithAllThatWas();
            Checker checker = world.check(truth, row);
            row.figure("gaps announced where retention ran out", checker.gaps());
            assertThat(checker.gapsWithoutHole()).isZero();
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row14_publishedFasterThanClientsTake() throws IOException {
        int seconds = Scale.of(60, 15);
        Row row = new Row("14", "published at 5 times what clients take for " + seconds + " s");
        int jobs = 10;
        int perClient = 20_000;
        try (World world = World.forgetful("flood").withJobs(jobs)) {
            Node node = world.addNode();
            for (int i = 0; i < 100; i++) {
                world.add(world.clients
                                .watcher(world.jobs.get(i % jobs), node::port, world.token)
                                .reading(perClient, 32 * 1024))
                        .come();
            }
            world.awaitOpen();
            int dataBytes = 420;
            int wire = dataBytes + 60;
            Publisher publisher = world.publish(5.0 * perClient / wire * jobs, dataBytes, 1_000_000);
            world.awaitEvents(5);
            long before = node.reachableBytes();
            long largest = 0;
            for (int i = 0; i < seconds; i += 5) {
                World.pass(Duration.ofSeconds(5));
                largest = Math.max(largest, node.reachableBytes());
            }
            int least = world.watchers.stream()
                    .mapToInt(watcher -> watcher.record().size())
                    .min()
                    .orElseThrow();
            row.figure("published of a job", publisher.acknowledged() / jobs).figure("least that a client had", least);
            row.figure("heap grown by (MB)", (largest - before) / MEGABYTE);
            assertThat(largest - before).as("growth of the heap in bytes").isLessThan((long) (64 * MEGABYTE));
            publisher.stop();
            long end = System.nanoTime();
            world.watchers.forEach(Watcher::hurry);
            world.assertWhole(row);
            row.figure("caught up after (s)", (System.nanoTime() - end) / 1e9);
            world.assertNeverEnded(row);
            row.passed();
        }
    }
}
