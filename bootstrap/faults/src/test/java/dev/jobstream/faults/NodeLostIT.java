package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows 8 and 9: a node dies or is stopped, and its clients go on at the other. */
class NodeLostIT {

    private static final int EVENTS_BEHIND = 2_000;

    /** Time enough on any machine: that none is cut off is what is looked at, not how fast they are told. */
    private static final int DRAIN_SECONDS = 60;

    private static final Pattern RETRY = Pattern.compile("retry (\\d+)");

    @Test
    void row08_killed() throws IOException {
        Row row = new Row("8", "node `kill -9`, its clients resume on the other");
        try (World world = World.forgetful("node-killed").underLoad()) {
            Node other = world.addNode();
            Node[] serving = {world.node()};
            moveLater(world, serving);

            serving[0] = other;
            world.node().kill();
            long killed = System.nanoTime();
            world.awaitOpen();

            row.figure("all open again after (s)", (System.nanoTime() - killed) / 1e9);
            row.figure("caught up after (s)", world.caughtUpAfter(killed));
            world.assertWhole(row);
            assertThat(world.count(Record.Kind.CUT)).isGreaterThanOrEqualTo(world.watchers.size() / 2);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row08_manyComeBackToOneJob() throws IOException {
        int clients = Scale.of(2_000, 500);
        Row row = new Row(
                "8", "node `kill -9`, " + clients + " clients of one job resume " + EVENTS_BEHIND + " events behind");
        try (World world = World.forgetful("storm").withJobs(1);
                Resp valkey = new Resp(world.valkey.port())) {
            world.addNode();
            Node other = world.addNode();
            Node[] serving = {world.node()};
            for (int i = 0; i < clients; i++) {
                world.add(world.clients.watcher(world.jobs.get(0), () -> serving[0].port(), world.token))
                        .come();
            }
            world.awaitOpen();
            world.publish(10, 100, 100_000);
            world.awaitEvents(5);
            world.watchers.forEach(Watcher::pause);
            // More than a feed's window holds, so that the journal has to be read.
            world.publisher().appendInOneCall(valkey, world.jobs.get(0), EVENTS_BEHIND);

            world.node().kill();
            valkey.call("CONFIG", "RESETSTAT");
            serving[0] = other;
            long back = System.nanoTime();
            world.watchers.forEach(Watcher::come);
            double seconds = world.caughtUpAfter(back);
            long reads = reads((String) valkey.call("INFO", "commandstats"));

            row.figure("caught up after (s)", seconds).figure("reads of the journal", reads);
            // Two pages for each of them if none were shared.
            assertThat(reads)
                    .as("reads of the journal, for all clients together")
                    .isLessThan(clients);
            world.assertWhole(row);
            row.passed();
        }
    }

    /** Calls of the commands that read a stream, in or out of a script. */
    private static long reads(String commandStats) {
        return commandStats
                .lines()
                .filter(line -> line.startsWith("cmdstat_xrange:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("cmdstat_xrange:calls=(\\d+).*", "$1")))
                .sum();
    }

    @Test
    void row09_stopped() throws IOException {
        int clients = Scale.of(2_000, 500);
        Row row = new Row("9", "SIGTERM of a node with " + clients + " open streams");
        try (World world = World.forgetful("node-stopped").withJobs(World.JOBS)) {
            world.addNode("jobstream.drain=" + DRAIN_SECONDS + "s");
            Node other = world.addNode();
            Node[] serving = {world.node()};
            for (int i = 0; i < clients; i++) {
                world.add(world.clients.watcher(world.jobs.get(i % World.JOBS), () -> serving[0].port(), world.token))
                        .come();
            }
            world.awaitOpen();
            world.publish(World.EVENTS_PER_SECOND, 100, 100_000);
            world.awaitEvents(5);

            serving[0] = other;
            long stopped = System.nanoTime();
            world.node().signal("TERM");
            int exitCode = world.node().awaitExit();
            double exitAfter = (System.nanoTime() - stopped) / 1e9;
            world.awaitOpen();

            List<Record.Mark> closings = world.watchers.stream()
                    .flatMap(watcher -> watcher.record().marks(Record.Kind.CLOSING).stream())
                    .toList();
            assertThat(closings).as("clients that were told").hasSize(clients);
            assertThat(closings).allMatch(mark -> mark.detail().contains("\"reason\":\"shutdown\",\"reconnect\":true"));
            assertThat(world.count(Record.Kind.ENDED))
                    .as("streams ended as HTTP says")
                    .isEqualTo(clients);
            assertThat(world.count(Record.Kind.CUT)).as("streams cut").isZero();
            double lastEnd =
                    closings.stream().mapToLong(Record.Mark::nanos).max().orElseThrow() - stopped;
            long spread =
                    closings.stream().mapToLong(NodeLostIT::retry).distinct().count();
            row.figure("told and ended", closings.size())
                    .figure("last told after (s)", lastEnd / 1e9)
                    .figure("exit code", exitCode)
                    .figure("exit after (s)", exitAfter)
                    .figure("different reconnect times", spread);
            assertThat(lastEnd).isLessThan(TimeUnit.SECONDS.toNanos(DRAIN_SECONDS));
            assertThat(exitCode).isZero();
            assertThat(spread).isGreaterThan(clients / 4);
            assertThat(world.node().logged("ERROR")).as("errors in the log").isZero();
            World.pass(Duration.ofSeconds(1));
            world.assertWhole(row);
            row.passed();
        }
    }

    private static long retry(Record.Mark closing) {
        Matcher retry = RETRY.matcher(closing.detail());
        assertThat(retry.find()).as(closing.detail()).isTrue();
        return Long.parseLong(retry.group(1));
    }

    /** Half of the clients, since the others were the other node's from the beginning. */
    private static void moveLater(World world, Node[] serving) {
        for (int i = 0; i < world.watchers.size() / 2; i++) {
            Watcher leaving = world.watchers.get(i);
            leaving.leave(false);
            world.watchers.set(
                    i,
                    world.clients
                            .watcher(leaving.job(), () -> serving[0].port(), world.token)
                            .come());
        }
        Node other = world.nodes.get(1);
        for (int i = world.watchers.size() / 2; i < world.watchers.size(); i++) {
            Watcher leaving = world.watchers.get(i);
            leaving.leave(false);
            world.watchers.set(
                    i,
                    world.clients
                            .watcher(leaving.job(), other::port, world.token)
                            .come());
        }
        world.awaitOpen();
        world.awaitEvents(5);
    }
}
