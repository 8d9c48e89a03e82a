package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows 1 to 3: Valkey is killed or frozen, and comes back with its data or without. */
class ValkeyLostIT {

    static int[] outages() {
        return Scale.FULL ? new int[] {1, 10, 60} : new int[] {1};
    }

    static int[] freezes() {
        return Scale.FULL ? new int[] {5, 40} : new int[] {5};
    }

    @ParameterizedTest
    @MethodSource("outages")
    void row01_killedAndBackWithItsData(int seconds) throws IOException {
        Row row = new Row("1", "Valkey `kill -9`, back after " + seconds + " s, data kept");
        try (World world = World.durable("killed-" + seconds).underLoad()) {
            HttpPublisher http = world.publishByHttp();

            world.valkey.kill();
            World.pass(Duration.ofSeconds(seconds));
            http.awaitAnswer(503);
            world.valkey.start();

            world.assertCaughtUp(row, System.nanoTime());
            assertNothingElseWasAnswered(http, row);
            world.assertWhole(row);
            world.assertNeverEnded(row);
            row.passed();
        }
    }

    @ParameterizedTest
    @MethodSource("freezes")
    void row03_frozen(int seconds) throws IOException {
        Row row = new Row("3", "Valkey frozen (SIGSTOP) for " + seconds + " s");
        try (World world = World.durable("frozen-" + seconds).underLoad()) {
            HttpPublisher http = world.publishByHttp();

            world.valkey.signal("STOP");
            World.pass(Duration.ofSeconds(seconds));
            http.awaitAnswer(503);
            world.valkey.signal("CONT");

            world.assertCaughtUp(row, System.nanoTime());
            assertNothingElseWasAnswered(http, row);
            world.assertWhole(row);
            world.assertNeverEnded(row);
            row.passed();
        }
    }

    @Test
    void row02_killedAndBackEmpty() throws IOException {
        Row row = new Row("2", "Valkey `kill -9`, back empty");
        try (World world = World.forgetful("emptied").underLoad()) {
            world.valkey.kill();
            World.pass(Duration.ofSeconds(1));
            world.valkey.start();
            long back = System.nanoTime();
            world.awaitEvents(20);

            world.assertCaughtUp(row, back);
            Map<String, NavigableMap<Id, Integer>> truth = world.settleWithAllThatWas();
            Checker checker = world.check(truth, row);
            assertThat(checker.gaps()).as("announced gaps").isEqualTo(world.watchers.size());
            row.figure("clients told of a gap", checker.gaps());
            world.assertNeverEnded(row);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row02_trimmedBelowAClientsPosition() throws IOException {
        Row row = new Row("2", "journal trimmed below the position of clients that come back and of slow ones");
        try (World world = new World("trimmed", ValkeyServer.startPrivate()).withJobs(Scale.of(20, 10))) {
            world.addNode();
            world.watch(world.jobs.size() * 2);
            for (String job : world.jobs) {
                world.add(world.clients
                                .watcher(job, world.node()::port, world.token)
                                .reading(2_000, 4_096))
                        .come();
            }
            world.awaitOpen();
            // The window of a feed holds 1,024 events: 200 kept of a job are less.
            world.publish(100.0 * world.jobs.size(), 1_000, 200);
            world.awaitEvents(5);
            world.watchers.stream().limit(world.jobs.size()).forEach(Watcher::pause);

            long before = world.publisher().acknowledged();
            World.await(
                    "events are trimmed", () -> world.publisher().acknowledged() - before > 1_500L * world.jobs.size());
            world.watchers.stream().limit(world.jobs.size()).forEach(Watcher::come);
            world.watchers.forEach(Watcher::hurry);

            Map<String, NavigableMap<Id, Integer>> truth = world.settleWithAllThatWas();
            Checker checker = world.check(truth, row);
            assertThat(checker.holes()).as("holes, all of them announced").isGreaterThanOrEqualTo(world.jobs.size());
            row.figure("gaps announced", checker.gaps()).figure("gaps without a hole", checker.gapsWithoutHole());
            assertThat(checker.gapsWithoutHole()).isZero();
            row.passed();
        }
    }

    private static void assertNothingElseWasAnswered(HttpPublisher http, Row row) {
        http.awaitAnswer(201);
        row.figure("publishing by HTTP was answered", http.answers());
        assertThat(http.answers().keySet()).containsExactlyInAnyOrder(201, 503);
    }
}
