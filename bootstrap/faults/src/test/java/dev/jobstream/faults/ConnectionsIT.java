package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows 12 and 13: very many connections, that come and go or that just stay. */
class ConnectionsIT {

    /** What a node keeps of a job in memory. */
    private static final int WINDOW_EVENTS = 1024;

    private static final double MEGABYTE = 1 << 20;
    private static final int AT_A_TIME = Scale.of(1_000, 500);

    private static final int EVENTS_IN_A_CALL = 64;

    /** How a client goes. */
    private enum Leaving {
        FIN,
        RESET,
        /** Reads nothing, and is gone when its network says so: by a reset after the server has written for a while. */
        HALF_OPEN,
        /** Has read a piece of an event. */
        IN_THE_MIDST_OF_A_FRAME,
        /** Has sent a piece of a request. */
        IN_THE_MIDST_OF_A_REQUEST
    }

    @Tag("long")
    @Test
    void row12_connectionsComeAndGo() throws IOException {
        int rounds = Scale.of(100, 4);
        Row row = new Row(
                "12", rounds * AT_A_TIME + " connects and disconnects, FIN, RST, half-open, mid-frame, mid-request");
        try (World world = World.forgetful("come-and-go").withJobs(World.JOBS)) {
            Node node = world.addNode("jobstream.linger=1s", "jobstream.stall-limit=5s");
            world.watch(World.JOBS);
            world.awaitOpen();
            // Little is kept, so that the last who come are not given more than the first.
            Publisher publisher = world.publish(2.0 * World.JOBS, 30, 20);
            // A client is somewhere in its job's journal only from its first event on: before, what is trimmed is no
            // gap.
            world.awaitEvents(1);
            World.await("all jobs are subscribed", () -> subscriptions(world) == World.JOBS);
            fillWindows(world, publisher);
            Random random = new Random(12);
            for (int i = 0; i < Scale.of(3, 2); i++) {
                round(world, random, i);
            }
            awaitOnlyTheOthers(world);
            long heap = node.reachableBytes();
            long threads = node.threads();
            long descriptors = node.descriptors();
            long subscriptions = subscriptions(world);

            for (int i = 0; i < rounds; i++) {
                round(world, random, i);
            }

            awaitOnlyTheOthers(world);
            World.await("descriptors are given back", () -> node.descriptors() <= descriptors + 4);
            World.await("threads end", () -> node.threads() <= threads + 8);
            long after = node.reachableBytes();
            row.figure("heap before (MB)", heap / MEGABYTE)
                    .figure("after (MB)", after / MEGABYTE)
                    .figure("threads before", threads)
                    .figure("after", node.threads())
                    .figure("descriptors before", descriptors)
                    .figure("after", node.descriptors())
                    .figure("subscriptions before", subscriptions)
                    .figure("after", subscriptions(world));
            assertThat(after - heap).as("growth of the heap in bytes").isLessThan((long) (4 * MEGABYTE));
            assertThat(subscriptions(world)).isEqualTo(subscriptions);
            // Valkey may be silent for seconds on a machine with other work; the node says so, and is right.
            assertThat(node.log().lines().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")))
                    .as("lines in the log")
                    .allMatch(line -> line.contains("Valkey does not answer, connecting again")
                            || line.contains("Valkey cannot be listened to, trying again: Command timed out"));
            Map<String, NavigableMap<Id, Integer>> truth = world.settleWithAllThatWas();
            assertThat(world.check(truth, row).gaps()).isZero();
            row.passed();
        }
    }

    /** What a feed holds of its job grows until its window is full, whoever comes and goes; these are as large as the others. */
    private static void fillWindows(World world, Publisher publisher) throws IOException {
        try (Resp valkey = new Resp(world.valkey.port())) {
            for (int i = 0; i < WINDOW_EVENTS; i += EVENTS_IN_A_CALL) {
                for (String job : world.jobs) {
                    publisher.appendInOneCall(valkey, job, EVENTS_IN_A_CALL);
                }
            }
        }
    }

    /** Clients on jobs of their own, which nobody else watches, and on the others'. */
    private static void round(World world, Random random, int round) {
        List<Watcher> all = new ArrayList<>();
        for (int i = 0; i < AT_A_TIME; i++) {
            String job = i % 2 == 0 ? world.jobs.get(i % World.JOBS) : "alone-" + (i % 100);
            Leaving how = Leaving.values()[i % Leaving.values().length];
            Watcher watcher = world.clients
                    .watcher(job, world.node()::port, world.token)
                    .from("127.0.0." + (2 + round % 100))
                    .once();
            switch (how) {
                case HALF_OPEN -> watcher.reading(0, 4_096);
                case IN_THE_MIDST_OF_A_FRAME -> watcher.reading(700 + random.nextInt(1_000), 4_096);
                case IN_THE_MIDST_OF_A_REQUEST -> watcher.sendingOnly(20 + random.nextInt(80));
                default -> {}
            }
            all.add(watcher.come());
        }
        World.await("the round's clients have come", () -> all.stream().allMatch(Watcher::isThere));
        for (int i = 0; i < all.size(); i++) {
            Leaving how = Leaving.values()[i % Leaving.values().length];
            all.get(i).leave(how == Leaving.RESET || how == Leaving.HALF_OPEN);
        }
    }

    private static void awaitOnlyTheOthers(World world) throws IOException {
        // Who left without a word is noticed when something is written to it: at the next beat, at the latest.
        World.await("only the others' jobs are subscribed", () -> subscriptions(world) == World.JOBS);
        World.await("only the others' connections are open", () -> world.node().connections() == World.JOBS);
    }

    private static long subscriptions(World world) throws IOException {
        try (Resp valkey = new Resp(world.valkey.port())) {
            return ((List<?>) valkey.call("PUBSUB", "CHANNELS")).size();
        }
    }

    @Tag("long")
    @Test
    void row13_idleStreams() throws IOException {
        int streams = Scale.of(10_000, 1_000);
        int beat = Scale.of(15, 5);
        int seconds = Scale.of(600, 20);
        Row row = new Row("13", streams + " idle streams, " + beat + " s beat, " + seconds + " s");
        try (World world = World.forgetful("idle").withJobs(World.JOBS)) {
            Node node = world.addNode("jobstream.heartbeat=" + beat + "s");
            for (int i = 0; i < streams; i++) {
                world.add(world.clients
                                .watcher(world.jobs.get(i % World.JOBS), node::port, world.token)
                                .from("127.0.0." + (2 + i % 10)))
                        .come();
            }
            world.awaitOpen();
            world.watchers.forEach(Watcher::forgetSilence);
            double cpu = node.cpuSeconds();
            double ticker = node.cpuSeconds("jobstream-ticke");

            World.pass(Duration.ofSeconds(seconds));

            row.figure("CPU (% of a core)", (node.cpuSeconds() - cpu) / seconds * 100)
                    .figure("ticker's CPU (% of a core)", (node.cpuSeconds("jobstream-ticke") - ticker) / seconds * 100)
                    .figure("resident (MB)", node.residentBytes() / MEGABYTE);
            assertThat(world.watchers).allMatch(Watcher::isOpen);
            assertThat(world.count(Record.Kind.OPENED)).isEqualTo(streams);
            world.assertBeats(beat * 4 / 3.0, row);
            world.publish(World.EVENTS_PER_SECOND, 100, 100_000);
            world.awaitEvents(2);
            world.assertWhole(row);
            row.passed();
        }
    }
}
