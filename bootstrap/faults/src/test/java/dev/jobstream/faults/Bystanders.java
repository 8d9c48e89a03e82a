package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Honest clients of a job of their own: what others do to the node must not be felt by them. How they fare is measured
 * before, meanwhile and afterwards, in the same run, and only these are compared.
 */
final class Bystanders {

    static final int CLIENTS = 100;
    static final int AT_A_TIME = 20;

    private static final int PHASES = 3;
    private static final Duration PHASE = Duration.ofSeconds(Scale.of(10, 2));
    private static final Duration SAMPLE = Duration.ofMillis(200);

    /** Pools grow and shrink by some threads, whatever happens. */
    private static final int THREADS_OF_POOLS = 8;

    /** How they fared in some phases, and how many threads the node had at any moment of them. */
    record Fare(List<Double> p99Millis, long fewestThreads, long mostThreads, double longestWaitMillis) {

        double middle() {
            return p99Millis.stream().sorted().toList().get(PHASES / 2);
        }

        double range() {
            return Collections.max(p99Millis) - Collections.min(p99Millis);
        }

        @Override
        public String toString() {
            return p99Millis.stream().map(Math::round).toList() + " ms with " + fewestThreads + " to " + mostThreads
                    + " threads";
        }
    }

    private final World world;
    private final Node node;
    private final String job;

    private Bystanders(World world, Node node) {
        this.world = world;
        this.node = node;
        this.job = world.jobs.get(0);
    }

    /** Clients of the world's one job, at a node that has been warmed up by them. */
    static Bystanders of(World world, Node node) {
        // Not all at once: the threads that a storm of requests has called would stay for a while, and hide others.
        for (int i = 0; i < CLIENTS; i += AT_A_TIME) {
            world.watch(AT_A_TIME);
            world.awaitOpen();
        }
        Publisher publisher = world.publish(20, 200, 100_000);
        World.await("the node is warm", () -> publisher.acknowledged() > Scale.of(400, 120));
        return new Bystanders(world, node);
    }

    Fare observe() {
        List<Double> p99s = new ArrayList<>();
        LongSummaryStatistics threads = new LongSummaryStatistics();
        world.pace.overslept();
        for (int i = 0; i < PHASES; i++) {
            long begin = System.nanoTime();
            long end = begin + PHASE.toNanos();
            while (System.nanoTime() < end) {
                threads.accept(node.threads());
                World.pass(SAMPLE);
            }
            world.caughtUpAfter(System.nanoTime());
            p99s.add(p99(begin, end) / 1e6);
        }
        return new Fare(p99s, threads.getMin(), threads.getMax(), world.pace.overslept() / 1e6);
    }

    /** Nanoseconds from Valkey's acknowledgement to the client, of what was published between these moments. */
    private long p99(long begin, long end) {
        Map<Id, Long> acknowledged = new HashMap<>();
        for (Publisher.Published event : world.publisher().published(job)) {
            if (event.nanos() >= begin && event.nanos() < end) {
                acknowledged.put(event.id(), event.nanos());
            }
        }
        long[] sorted = world.watchers.stream()
                .filter(watcher -> watcher.job().equals(job))
                .flatMapToLong(watcher -> latencies(watcher.record(), acknowledged))
                .sorted()
                .toArray();
        assertThat(sorted).as("deliveries in a phase").isNotEmpty();
        return sorted[(int) (sorted.length * 0.99)];
    }

    private static LongStream latencies(Record seen, Map<Id, Long> acknowledged) {
        return LongStream.range(0, seen.size())
                .filter(at -> acknowledged.containsKey(seen.id((int) at)))
                .map(at -> seen.nanos((int) at) - acknowledged.get(seen.id((int) at)));
    }

    /**
     * The node has as many threads as before, at some moment while all those others are there. A pool may be larger for a
     * while, because the machine is slow or because many came; a thread that a client holds is never let go.
     */
    void assertNoThreadIsHeld(Fare before) {
        World.await("threads are let go", () -> node.threads() <= before.fewestThreads + THREADS_OF_POOLS);
    }

    /** The same where one can look no longer. */
    static void assertNoThreadWasHeld(Fare before, Fare during) {
        assertThat(during.fewestThreads)
                .as("threads at any moment")
                .isLessThanOrEqualTo(before.fewestThreads + THREADS_OF_POOLS);
    }

    /**
     * Their latency is at most twice what it is without those others, and the machine's noise: by how much it differed
     * before, and how long a thread had to wait for the processor. Of some phases the middle one counts.
     */
    static void assertUnharmed(Fare before, Fare during, Fare after, Row row) {
        row.figure("others' p99 before", before)
                .figure("during", during)
                .figure("after", after)
                .figure("longest wait for the processor (ms)", during.longestWaitMillis);
        double without = Math.max(before.middle(), after.middle());
        double noise = before.range() + during.longestWaitMillis;
        assertThat(during.middle()).as("the others' p99 in ms").isLessThanOrEqualTo(2 * without + noise);
    }
}
