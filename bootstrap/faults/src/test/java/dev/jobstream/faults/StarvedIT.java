package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.Jdk;
import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Row 19: very many open streams at once while other work takes the processor. */
class StarvedIT {

    private static final int JOBS = 20;

    static List<Jdk> jdks() {
        return Scale.FULL ? Jdk.oldAndNew() : List.of(Jdk.running());
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void row19_manyOpenWhileTheProcessorIsTaken(Jdk jdk) throws IOException {
        int clients = Scale.of(600, 300);
        int rounds = Scale.of(10, 2);
        int loops = 2 * Runtime.getRuntime().availableProcessors();
        Row row = new Row(
                "19",
                clients + " streams opened at once beside " + loops + " busy loops, " + rounds + " times, " + jdk);
        List<ChildProcess> busy = new ArrayList<>();
        try (World world = World.forgetful("starved-" + jdk.feature())) {
            Node node = world.addNode(jdk);
            for (int i = 0; i < loops; i++) {
                busy.add(ChildProcess.start(List.of("sh", "-c", "while :; do :; done"), null));
            }
            int served = 0;
            int ended = 0;
            int refused = 0;
            for (int round = 0; round < rounds; round++) {
                for (Watcher watcher : round(world, node, clients)) {
                    refused += watcher.record().count(Record.Kind.REFUSED);
                    served += watcher.record().count(Record.Kind.ENDED);
                    ended += watcher.record().count(Record.Kind.CUT);
                }
            }
            row.figure("served to the end", served)
                    .figure("ended before", ended)
                    .figure("refused", refused);
            assertThat(served).isPositive();
            row.passed();
        } finally {
            busy.forEach(ChildProcess::close);
        }
    }

    /** Half of the jobs end while clients are still coming, the others when all have had their answer. */
    private static List<Watcher> round(World world, Node node, int clients) throws IOException {
        String run = "starved-" + Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36) + "-";
        List<String> early = new ArrayList<>();
        List<String> late = new ArrayList<>();
        for (int i = 0; i < JOBS; i++) {
            (i % 2 == 0 ? early : late).add(run + i);
        }
        List<Watcher> watchers = new ArrayList<>();
        try (Publisher first = publisher(world, early);
                Publisher second = publisher(world, late);
                Resp valkey = new Resp(world.valkey.port())) {
            for (int i = 0; i < clients; i++) {
                watchers.add(world.clients
                        .watcher(run + i % JOBS, node::port, world.token)
                        .once()
                        .come());
            }
            awaitUnlessNothingMoves(
                    "a third is let in",
                    watchers,
                    () -> watchers.stream().filter(StarvedIT::isAnswered).count() >= clients / 3);
            end(first, valkey, early);
            awaitUnlessNothingMoves(
                    "all are answered", watchers, () -> watchers.stream().allMatch(StarvedIT::isAnswered));
            end(second, valkey, late);
            awaitUnlessNothingMoves(
                    "no stream is open that is neither served nor ended",
                    watchers,
                    () -> watchers.stream().allMatch(Watcher::isFinished));
            for (Watcher watcher : watchers) {
                assertServed(watcher, Journal.read(valkey, watcher.job()));
            }
        }
        return watchers;
    }

    private static Publisher publisher(World world, List<String> jobs) {
        return new Publisher(jobs, () -> world.valkey.port(), 100, 100, 100_000).start();
    }

    private static void end(Publisher publisher, Resp valkey, List<String> jobs) throws IOException {
        publisher.stop();
        for (String job : jobs) {
            Publisher.complete(valkey, job);
        }
    }

    private static boolean isAnswered(Watcher watcher) {
        return watcher.isOpen() || !watcher.record().marks().isEmpty();
    }

    private static void awaitUnlessNothingMoves(
            String what, List<Watcher> watchers, java.util.function.BooleanSupplier holds) {
        World.awaitUnlessNothingMoves(
                what,
                () -> watchers.stream()
                        .mapToLong(watcher -> watcher.record().size()
                                + watcher.record().marks().size())
                        .sum(),
                () -> holds.getAsBoolean()
                        ? List.of()
                        : watchers.stream().filter(w -> !w.isFinished()).toList());
    }

    /** An answer of 200 that has ended as HTTP says was the whole job; another end is the server's word that it is not. */
    private static void assertServed(Watcher watcher, NavigableMap<Id, Integer> journal) {
        Record seen = watcher.record();
        boolean whole = seen.count(Record.Kind.ENDED) > 0 && seen.count(Record.Kind.CLOSING) == 0;
        assertThat(new Checker(journal)
                        .check(seen, Id.NONE, whole ? journal.lastKey() : null)
                        .complaints())
                .as("%s", watcher)
                .isEmpty();
    }
}
