package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.FanOut.Load;
import dev.jobstream.benchmarks.LoadClient.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The watchers of S1b, and as many of whom half want one event in ten of a job that has five times as many: what a watcher
 * costs, filtered or not, against what it costs there.
 */
record Filtered(String name) implements OneByOne {

    /** The type of one event in ten, which half of the watchers want. */
    static final String RARE = "step.progress";

    static final String HALF = "half filtered, 500/s";

    private static final String NONE = "none filtered, 100/s";
    private static final String WATCHER_CPU = "watcherCpuMicros";
    private static final int ONE_IN = 10;
    private static final int SIZE = 120;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final int AT_ONCE = 128;

    @Override
    public String title() {
        return "1 job, 1,000 clients, half of them filtered to one event in ten at 500 events/s";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender.isJobstream();
    }

    @Override
    public String place(double x) {
        return x == 0 ? NONE : HALF;
    }

    @Override
    public String placeName() {
        return "clients";
    }

    @Override
    public List<Point> measure(Setup setup, Contender contender, Options options) {
        try (ServerProcess server = setup.start(contender).server()) {
            Map<String, Double> none = measure(setup, server, Load.steady(1, 1_000, 100, SIZE), 0, options);
            Map<String, Double> half = measure(setup, server, Load.steady(1, 1_000, 500, SIZE), 2, options);
            half.put(
                    Results.TIMES_FIRST,
                    half.getOrDefault(WATCHER_CPU, 0.0) / none.getOrDefault(WATCHER_CPU, Double.MIN_VALUE));
            return List.of(new Point(0, none), new Point(1, half));
        }
    }

    /** @param filteredOneIn one client in so many is filtered; 0 for none */
    private static Map<String, Double> measure(
            Setup setup, ServerProcess server, Load full, int filteredOneIn, Options options) {
        Load load = full.scaled(options);
        String job = setup.newJobs(1).get(0);
        List<Target> targets = new ArrayList<>();
        int filtered = filteredOneIn == 0 ? 0 : load.clients() / filteredOneIn / ONE_IN * ONE_IN;
        for (int i = 0; i < load.clients(); i++) {
            targets.add(
                    i < filtered
                            ? Target.watchOnly(RARE, server.port(), job, setup.token())
                            : Target.watch(server.port(), job, setup.token(), null, false));
        }
        try (LoadClient client = new LoadClient();
                Feeder feeder = setup.feeder(List.of(job), SIZE).withRareEvents(ONE_IN)) {
            int open = client.open(targets, AT_ONCE, PATIENCE);
            client.pollUntil(() -> false, SETTLE);
            // Rounds are tens, so that ten filtered clients have as many events as one that is not.
            int deliveriesARound = open - filtered + filtered / ONE_IN;
            Map<String, Double> values = new LinkedHashMap<>(WarmUp.run(
                    List.of(server),
                    options.warmUp(),
                    () -> Deliveries.feed(client, feeder, load.warmUpRounds(), load, deliveriesARound)));
            values.put("clients", (double) open);
            values.put("refused", (double) client.counts().refused());
            values.put("askedPerSecond", load.rate());
            values.putAll(
                    Deliveries.measure(client, feeder, List.of(server), load, options.seconds(), deliveriesARound));
            double deliveries = values.getOrDefault("deliveredPerSecond", 0.0);
            values.put(WATCHER_CPU, values.getOrDefault("cpuMicros", 0.0) * deliveries / open);
            return values;
        }
    }
}
