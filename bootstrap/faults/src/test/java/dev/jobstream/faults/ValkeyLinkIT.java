package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Proxy;
import dev.jobstream.tools.Resp;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows 4 to 7: the connections between a node and Valkey break, and a replica takes over. */
class ValkeyLinkIT {

    private static final long MEGABYTE = 1 << 20;

    /** What a command of the node may take by default; one that is refused may have waited for a connection as well. */
    private static final int COMMAND_TIMEOUT_SECONDS = 2;

    enum Break {
        CUT("cut for %d s", 5, 5) {
            @Override
            void on(Proxy link) {
                link.refuse(true);
            }
        },
        BLACK_HOLE("black-holed for %d s", 30, 8) {
            @Override
            void on(Proxy link) {
                link.blackHole(true);
            }
        },
        DELAY("200 ms delay for %d s", 30, 8) {
            @Override
            void on(Proxy link) {
                link.delay(200);
            }
        },
        TRICKLE("one byte in a hundred at a time, for %d s", 30, 8) {
            @Override
            void on(Proxy link) {
                // The load's two directions are some 0.6 MB a second.
                link.trickle(100, 6_000);
            }
        };

        private final String words;
        private final int seconds;

        Break(String words, int full, int brief) {
            this.seconds = Scale.of(full, brief);
            this.words = String.format(words, seconds);
        }

        abstract void on(Proxy link);
    }

    @Tag("long")
    @Test
    void row04_subscribersKilledAgainAndAgain() throws IOException {
        int seconds = Scale.of(20, 8);
        Row row = new Row("4", "`CLIENT KILL TYPE pubsub` every 200 ms for " + seconds + " s");
        try (World world = World.forgetful("subscribers").underLoad();
                Resp valkey = new Resp(world.valkey.port())) {
            long killed = 0;
            for (int i = 0; i < seconds * 5; i++) {
                killed += (Long) valkey.call("CLIENT", "KILL", "TYPE", "pubsub");
                World.pass(Duration.ofMillis(200));
            }

            row.figure("connections killed", killed);
            // How many there are to be killed is a matter of how fast they are made again; one of them was.
            assertThat(killed).isGreaterThan(1);
            world.assertCaughtUp(row, System.nanoTime());
            world.assertWhole(row);
            world.assertNeverEnded(row);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row05_subscriberCutForItsLag() throws IOException {
        Row row = new Row("5", "subscriber cut by Valkey for its lag (`client-output-buffer-limit`)");
        int rate = Scale.of(1_000, 500);
        try (World world = World.forgetful("lagging").underLoad(rate, 4_000);
                Resp valkey = new Resp(world.valkey.port())) {
            valkey.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 64kb 32kb 1");
            int before = world.link.accepted();
            for (int i = 0; i < Scale.of(5, 2); i++) {
                world.link.blackHole(true);
                World.await(
                        "Valkey cuts the subscriber", () -> subscribers(valkey).isEmpty());
                world.link.heal();
                World.await("it is there again", () -> !subscribers(valkey).isEmpty());
                World.pass(Duration.ofSeconds(1));
            }

            row.figure("connections made again", world.link.accepted() - before);
            world.assertCaughtUp(row, System.nanoTime());
            world.assertWhole(row);
            world.assertNeverEnded(row);
            row.passed();
        }
    }

    private static String subscribers(Resp valkey) throws IOException {
        return (String) valkey.call("CLIENT", "LIST", "TYPE", "pubsub");
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource
    void row06_theLinkIsBad(Break how) throws IOException {
        Row row = new Row("6", "link between node and Valkey: " + how.words);
        try (World world = World.durable("link-" + how).underLoad()) {
            HttpPublisher http = world.publishByHttp();
            long before = world.node().reachableBytes();

            how.on(world.link);
            World.pass(Duration.ofSeconds(how.seconds));
            if (how == Break.DELAY) {
                http.awaitAnswer(201); // Slow is not away.
            } else if (how != Break.TRICKLE) {
                http.awaitAnswer(503);
            }
            long during = world.node().reachableBytes();
            world.link.heal();

            world.assertCaughtUp(row, System.nanoTime());
            row.figure("publishing by HTTP was answered", http.answers());
            row.figure("its slowest refusal (s)", http.slowestRefusal() / 1e9);
            assertThat(http.answers().keySet()).isSubsetOf(201, 503);
            assertThat(http.slowestRefusal() / 1e9)
                    .as("seconds until a refusal")
                    .isLessThan(2 * COMMAND_TIMEOUT_SECONDS + world.pace.slack());
            world.assertWhole(row);
            world.assertNeverEnded(row);
            row.figure("heap before (MB)", before / MEGABYTE).figure("during (MB)", during / MEGABYTE);
            assertThat(during - before).as("growth of the heap in bytes").isLessThan(64 * MEGABYTE);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row06_theLinkIsForgotten() throws IOException {
        Row row = new Row("6", "link between node and Valkey: half-open, new connections are good");
        try (World world = World.durable("link-half-open").underLoad()) {
            HttpPublisher http = world.publishByHttp();
            World.pass(Duration.ofSeconds(1));
            int before = http.published().size();

            world.link.forget();
            long broken = System.nanoTime();
            row.figure("caught up after (s)", world.caughtUpAfter(broken));
            World.await("publishing goes on", () -> http.published().size() > before + 20);

            row.figure("publishing by HTTP was answered", http.answers());
            row.figure("its slowest refusal (s)", http.slowestRefusal() / 1e9);
            assertThat(http.answers().keySet()).isSubsetOf(201, 503);
            world.assertWhole(row);
            world.assertNeverEnded(row);
            row.passed();
        }
    }

    @Test
    void row07_aReplicaThatMissesTheLastEventsIsPromoted() throws IOException {
        Row row = new Row("7", "promotion of a replica that misses the last events");
        try (World world = World.forgetful("failover");
                ValkeyServer replica = ValkeyServer.startPrivate();
                Proxy replication = new Proxy(world.valkey.port());
                Resp promoted = new Resp(replica.port())) {
            promoted.call("REPLICAOF", "127.0.0.1", String.valueOf(replication.port()));
            World.await(
                    "the replica is in step",
                    () -> ((String) promoted.call("INFO", "replication")).contains("master_link_status:up"));
            world.underLoad();

            replication.blackHole(true);
            // What every client has seen of its job after this, and what came after that, the replica has not.
            world.caughtUpAfter(System.nanoTime());
            world.caughtUpAfter(System.nanoTime());
            world.valkey.kill();
            promoted.call("REPLICAOF", "NO", "ONE");
            world.publishTo(replica.port());
            world.link.leadTo(replica.port());
            long back = System.nanoTime();
            world.awaitEvents(20);

            world.assertCaughtUp(row, back);
            Map<String, NavigableMap<Id, Integer>> truth = world.settle();
            long vanished = truth.entrySet().stream()
                    .mapToLong(journal -> world.acknowledged(journal.getKey()).stream()
                            .filter(event -> !journal.getValue().containsKey(event.id()))
                            .count())
                    .sum();
            row.figure("acknowledged events that vanished", vanished);
            assertThat(vanished).isPositive();
            world.addAllThatWas(truth);
            Checker checker = world.check(truth, row);
            // Every client was live, and so has seen what vanished.
            assertThat(checker.gaps()).as("announced gaps").isEqualTo(world.watchers.size());
            row.figure("clients told of a gap", checker.gaps());
            world.assertNeverEnded(row);
            row.passed();
        }
    }
}
