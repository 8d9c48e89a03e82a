package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Jdk;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * An attack on one server while honest clients of other jobs watch. How they fare is measured before, meanwhile and
 * afterwards, in the same run, and only these are compared: no figure is a bound of its own.
 */
final class Siege implements AutoCloseable {

    private static final int PHASES = 3;

    /** Pools grow and shrink by some threads and connections, whatever happens. */
    private static final int BREATH = 12;

    private final Row row;

    private final ValkeyServer valkey;
    private final Target target;
    private final Honest honest;
    private final Liveness liveness;

    private record Fare(List<Double> p99Millis, double slowestLiveness, double longestWait, long mostThreads) {

        double middle() {
            return p99Millis.stream().sorted().toList().get(PHASES / 2);
        }

        double range() {
            return Collections.max(p99Millis) - Collections.min(p99Millis);
        }

        @Override
        public String toString() {
            return p99Millis.stream().map(Math::round).toList() + " ms";
        }
    }

    private Siege(String name, String attack, Jdk jdk, ValkeyServer valkey, String... settings) throws IOException {
        row = new Row(attack + ", " + jdk);
        this.valkey = valkey;
        target = Target.start(jdk, name + "-" + jdk.feature(), settings);
        try {
            honest = new Honest(target, valkey == null ? Publishers.http(target) : Publishers.valkey(valkey));
        } catch (IOException | RuntimeException | AssertionError e) {
            target.close();
            throw e;
        }
        liveness = new Liveness(target.port());
    }

    /** Against a server that keeps all in its own memory: events come through it. */
    static Siege inMemory(String name, String attack, Jdk jdk, String... settings) throws IOException {
        return new Siege(name, attack, jdk, null, settings);
    }

    /** Against a server on a Valkey of its own: honest events come through that. */
    static Siege onValkey(String name, String attack, Jdk jdk, String... settings) throws IOException {
        ValkeyServer valkey = ValkeyServer.startPrivate();
        List<String> all = new ArrayList<>(List.of(
                "jobstream.transport=valkey",
                "spring.data.redis.host=" + valkey.host(),
                "spring.data.redis.port=" + valkey.port()));
        all.addAll(List.of(settings));
        try {
            return new Siege(name, attack, jdk, valkey, all.toArray(String[]::new));
        } catch (IOException | RuntimeException | AssertionError e) {
            valkey.close();
            throw e;
        }
    }

    int port() {
        return target.port();
    }

    ValkeyServer valkey() {
        return valkey;
    }

    /** A way to publish beside the honest ones. */
    Honest.Publisher publisher() {
        return Publishers.http(target);
    }

    Siege figure(String name, Object value) {
        row.figure(name, value);
        return this;
    }

    /** Starts the attack. */
    interface Attack {
        AutoCloseable begin() throws Exception;
    }

    /** Has the crowd attack, and shows that nobody is harmed. */
    Map<Integer, Integer> by(int connections, Crowd.Manner manner, Supplier<Crowd.Letter> letters) throws Exception {
        Crowd[] crowd = new Crowd[1];
        row.figure("connections", connections);
        harmsNobody(() -> crowd[0] = new Crowd(port(), connections, manner, 1_000, letters));
        Map<Integer, Integer> answers = crowd[0].answers();
        row.figure("answered", answers);
        return answers;
    }

    /** Measures before, during and after it, and compares. */
    void harmsNobody(Attack attack) throws Exception {
        long threads = target.threads();
        long descriptors = target.descriptors();
        Fare before = observe(Scale.PHASE.dividedBy(2));
        Fare during;
        try (AutoCloseable running = attack.begin()) {
            during = observe(Scale.PHASE);
        }
        awaitBack(threads, descriptors);
        Fare after = observe(Scale.PHASE.dividedBy(2));
        row.figure("honest p99 before", before)
                .figure("during", during)
                .figure("after", after)
                .figure("longest wait for the processor (ms)", during.longestWait)
                .figure("slowest liveness (ms)", during.slowestLiveness)
                .figure("threads before", before.mostThreads)
                .figure("during at most", during.mostThreads);
        assertThat(target.isAlive()).as("the server is alive").isTrue();
        assertThat(target.log()).doesNotContain("OutOfMemoryError");
        assertThat(liveness.answered()).as("answers of the liveness").isPositive();
        assertThat(liveness.complaint()).as("liveness").isNull();
        if (Scale.FULL) {
            double without = Math.max(before.middle(), after.middle());
            double noise = before.range() + during.longestWait;
            assertThat(during.middle()).as("p99 of honest clients in ms").isLessThanOrEqualTo(2 * without + noise);
        }
    }

    private Fare observe(Duration length) {
        List<Double> p99s = new ArrayList<>();
        long most = 0;
        double unused = liveness.slowest() + liveness.overslept();
        for (int phase = 0; phase < PHASES; phase++) {
            long begin = System.nanoTime();
            long end = begin + length.toNanos();
            while (System.nanoTime() < end) {
                most = Math.max(most, target.threads());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
            assertThat(target.log()).doesNotContain("OutOfMemoryError");
            honest.awaitPublished(end);
            honest.awaitCaughtUp();
            p99s.add(honest.p99(begin, end));
        }
        return new Fare(p99s, liveness.slowest(), liveness.overslept(), most);
    }

    private void awaitBack(long threads, long descriptors) {
        Awaitility.await("threads and descriptors are given back")
                .atMost(Target.PATIENCE)
                .untilAsserted(() -> {
                    assertThat(target.threads()).as("threads").isLessThanOrEqualTo(threads + BREATH);
                    assertThat(target.descriptors()).as("descriptors").isLessThanOrEqualTo(descriptors + BREATH);
                });
    }

    /** Nothing honest is missing: the row may stand in the table. */
    void held(String answer) throws IOException {
        String log = target.log();
        assertThat(Tokens.secrets()).as("tokens in the log").noneMatch(log::contains);
        row.figure("honest deliveries", honest.assertNothingIsMissing());
        if (honest.refused() > 0) {
            row.figure("honest events refused for the moment", honest.refused());
        }
        row.held(answer);
    }

    @Override
    public void close() {
        liveness.close();
        honest.close();
        target.close();
        if (valkey != null) {
            valkey.close();
        }
    }
}
