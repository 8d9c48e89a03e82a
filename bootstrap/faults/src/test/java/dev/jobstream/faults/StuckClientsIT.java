package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Jdk;
import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows 16 to 18: very many clients that take nothing, and clients that take just enough. */
class StuckClientsIT {

    private static final long MEGABYTE = 1 << 20;
    private static final int EVENT_BYTES = 8_000;

    /** Some 2 MB: more than any kernel holds for a client. */
    private static final int EVENTS_OWED = 250;

    /** In short each of the two rows runs on another JDK. */
    static List<Jdk> jdks() {
        return Scale.FULL ? Jdk.oldAndNew() : List.of(Jdk.running());
    }

    static List<Jdk> jdksForWebSockets() {
        List<Jdk> all = Jdk.oldAndNew();
        return Scale.FULL ? all : all.subList(all.size() - 1, all.size());
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void row16_manyNeverRead(Jdk jdk) throws IOException {
        int count = Scale.of(1_000, 200);
        Row row = new Row(
                "16", count + " clients never read, beside " + Bystanders.CLIENTS + " others of another job, " + jdk);
        try (World world = World.forgetful("never-read-" + jdk.feature()).withJobs(1)) {
            // None is to be ended while it is looked at.
            Node node = world.addNode(jdk, "jobstream.stall-limit=1h");
            Bystanders others = Bystanders.of(world, node);
            Bystanders.Fare before = others.observe();
            long heap = node.reachableBytes();
            String job = owed(world);
            List<Watcher> stuck = new ArrayList<>();
            Bystanders.Fare during;
            try (Publisher more = publishMore(world, job)) {
                while (stuck.size() < count) {
                    for (int i = 0; i < Bystanders.AT_A_TIME; i++) {
                        stuck.add(world.clients
                                .watcher(job, node::port, world.token)
                                .restingOnceOpen(4_096)
                                .once()
                                .come());
                    }
                    World.await("they are let in", () -> stuck.stream().allMatch(Watcher::isOpen));
                }
                others.assertNoThreadIsHeld(before);
                during = others.observe();
                long growth = node.reachableBytes() - heap;

                row.figure("heap grown by (MB)", growth / MEGABYTE);
                assertThat(growth).as("growth of the heap in bytes").isLessThan(mostFor(count));
                more.stop();
            }
            assertThat(stuck).as("streams that are still open").allMatch(Watcher::isOpen);
            assertSomeReadOn(world, job, stuck);
            Bystanders.assertUnharmed(before, during, others.observe(), row);
            world.assertWhole(row);
            row.passed();
        }
    }

    /** A cursor, what a connection costs, and a piece of a batch that it has not taken. */
    private static long mostFor(int clients) {
        return 8 * MEGABYTE + clients * 128L * 1024;
    }

    /** A job whose journal has more for whoever comes than kernels hold. */
    private static String owed(World world) throws IOException {
        String job = world.jobs.get(0) + "-stuck";
        try (Publisher before = publisher(world, job, 200)) {
            World.await("they are owed much", () -> before.acknowledged() >= EVENTS_OWED);
            before.stop();
        }
        return job;
    }

    private static Publisher publishMore(World world, String job) {
        return publisher(world, job, 5);
    }

    private static Publisher publisher(World world, String job, int perSecond) {
        return new Publisher(List.of(job), () -> world.valkey.port(), perSecond, EVENT_BYTES, 100_000).start();
    }

    /** Who begins to read, after all, has everything. */
    private static void assertSomeReadOn(World world, String job, List<Watcher> stuck) throws IOException {
        NavigableMap<Id, Integer> journal;
        try (Resp valkey = new Resp(world.valkey.port())) {
            journal = Journal.read(valkey, job);
        }
        for (int i = 0; i < stuck.size(); i += 10) {
            Watcher watcher = stuck.get(i);
            watcher.hurry();
            World.await("it reads on", () -> watcher.record().size() == journal.size());
            assertThat(new Checker(journal)
                            .check(watcher.record(), Id.NONE, journal.lastKey())
                            .complaints())
                    .isEmpty();
        }
        stuck.forEach(watcher -> watcher.leave(true));
    }

    @Tag("long")
    @Test
    void row17_clientsThatTakeEnough() throws IOException {
        int stallSeconds = 6;
        // The promise is 16 KB/s at a limit of 30 s: so many bytes within a limit.
        long promised = 30 * 16_000;
        int perSecond = (int) (promised / stallSeconds * 5 / 4);
        int limits = Scale.of(10, 4);
        Row row = new Row(
                "17",
                "clients of " + promised / 1_000
                        + " KB and more in a stall limit, of 1 byte/s, and of 1 MB at once, for " + limits + " limits");
        try (World world = World.forgetful("enough").withJobs(1)) {
            Node node = world.addNode("jobstream.stall-limit=" + stallSeconds + "s");
            String job = world.jobs.get(0);
            List<Watcher> steady = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int buffer = new int[] {0, 4_096, 64 * 1024}[i % 3];
                steady.add(world.add(
                        world.clients.watcher(job, node::port, world.token).reading(perSecond, buffer)));
            }
            Watcher trickle = world.add(
                    world.clients.watcher(job, node::port, world.token).reading(1, 4_096));
            Watcher gulps = world.add(world.clients.watcher(job, node::port, world.token));
            world.publish(2.0 * perSecond / EVENT_BYTES, EVENT_BYTES, 100_000);
            World.await("there is something to read", () -> world.publisher().acknowledged() > EVENTS_OWED);
            long begin = System.nanoTime();
            world.watchers.forEach(Watcher::come);
            long end = begin + Duration.ofSeconds(limits * stallSeconds).toNanos();
            while (System.nanoTime() < end) {
                gulp(gulps);
                World.pass(Duration.ofSeconds(2 * stallSeconds));
            }

            long limit = Duration.ofSeconds(stallSeconds).toNanos();
            int judged = 0;
            int ended = 0;
            for (Watcher watcher : steady) {
                boolean kept = ends(watcher) == 0;
                ended += kept ? 0 : 1;
                long until = kept ? end : firstEnd(watcher);
                long least = watcher.appetite().leastTaken(limit, begin, until);
                // Whom the machine did not let read as much, for as long as the limit, was promised nothing.
                if (least >= promised || until - begin < limit) {
                    judged++;
                    assertThat(kept)
                            .as("it took %d bytes or more: %s", least, watcher)
                            .isTrue();
                }
            }
            row.figure("clients that took what is promised for", judged)
                    .figure("streams of steady readers ended", ended)
                    .figure("of the one with 1 byte/s", ends(trickle))
                    .figure("of the one with 1 MB at once", ends(gulps));
            world.watchers.forEach(Watcher::hurry);
            world.assertWhole(row);
            row.passed();
        }
    }

    private static int ends(Watcher watcher) {
        return watcher.record().count(Record.Kind.CUT) + watcher.record().count(Record.Kind.ENDED);
    }

    private static long firstEnd(Watcher watcher) {
        return watcher.record().marks().stream()
                .filter(mark -> mark.kind() == Record.Kind.CUT || mark.kind() == Record.Kind.ENDED)
                .mapToLong(Record.Mark::nanos)
                .findFirst()
                .orElseThrow();
    }

    private static void gulp(Watcher watcher) {
        int enough = watcher.record().size() + (int) (MEGABYTE / EVENT_BYTES);
        watcher.hurry();
        World.await("it has had a megabyte", () -> watcher.record().size() >= enough);
        watcher.rest();
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("jdksForWebSockets")
    void row18_stalledWebSockets(Jdk jdk) throws IOException {
        int count = Scale.of(500, 100);
        Row row = new Row(
                "18",
                count + " WebSockets never read, beside " + Bystanders.CLIENTS + " clients of another job, " + jdk);
        List<DeafWebSocket> stuck = new ArrayList<>();
        try (World world = World.forgetful("websockets-" + jdk.feature()).withJobs(1)) {
            Node node = world.addNode(jdk, "jobstream.stall-limit=" + Scale.of(60, 20) + "s");
            Bystanders others = Bystanders.of(world, node);
            Bystanders.Fare before = others.observe();
            long heap = node.reachableBytes();
            String job = owed(world);
            try (Publisher more = publishMore(world, job)) {
                for (int i = 0; i < count; i++) {
                    stuck.add(new DeafWebSocket(node.port(), job, world.token));
                }
                Bystanders.Fare during = others.observe();
                row.figure("open while it was looked at", Metrics.streams(node, world.token) - Bystanders.CLIENTS);
                long growth = node.reachableBytes() - heap;
                World.await(
                        "the stalled ones are ended", () -> Metrics.streams(node, world.token) == Bystanders.CLIENTS);

                World.await("and counted", () -> stalled(world) + gone(world) >= count);
                row.figure("ended as stalled", stalled(world))
                        .figure("as gone", gone(world))
                        .figure("heap grown by (MB)", growth / MEGABYTE);
                Bystanders.assertUnharmed(before, during, others.observe(), row);
                Bystanders.assertNoThreadWasHeld(before, during);
                assertThat(growth).as("growth of the heap in bytes").isLessThan(mostFor(count));
                assertThat(stalled(world)).as("streams ended as stalled").isEqualTo(count);
                more.stop();
            }
            world.assertWhole(row);
            world.assertNeverEnded(row);
            row.passed();
        } finally {
            for (DeafWebSocket socket : stuck) {
                socket.close();
            }
        }
    }

    private static long stalled(World world) {
        return Metrics.ended(world.node(), world.token, "stalled");
    }

    private static long gone(World world) {
        return Metrics.ended(world.node(), world.token, "client_gone");
    }
}
