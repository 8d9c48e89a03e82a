package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.LoadClient.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;

/** Events that go to many clients: at a steady rate, or all at once. Several points on one curve share a server. */
record FanOut(String name, String title, boolean peers, List<At> points) implements Scenario {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final long STANDSTILL_NANOS = 5_000_000_000L;
    private static final long SAMPLE_NANOS = 250_000_000;
    private static final int AT_ONCE = 128;

    /** A place on the curve, and the load there. */
    record At(double x, Load load) {}

    /**
     * What is asked of a server.
     *
     * @param jobs how many there are
     * @param clients how many watch them, in all; as many for each job
     * @param rate events a second in all; infinite for all at once
     * @param events how many are measured in all; 0 for as many as the rate gives in the time set
     * @param size about how many bytes of data an event has
     * @param stalled how many of the clients never read
     * @param nodes how many servers share the clients
     */
    record Load(int jobs, int clients, double rate, int events, int size, int stalled, int nodes) {

        static Load steady(int jobs, int clients, double rate, int size) {
            return new Load(jobs, clients, rate, 0, size, 0, 1);
        }

        Load scaled(Options options) {
            int scaledJobs = jobs == 1 ? 1 : options.scaled(jobs);
            return new Load(
                    scaledJobs,
                    Math.max(scaledJobs, options.scaled(clients)),
                    rate * scaledJobs / jobs,
                    events,
                    size,
                    stalled == 0 ? 0 : options.scaled(stalled),
                    nodes);
        }

        long rounds(double seconds) {
            double all = events > 0 ? events : rate * seconds;
            return Math.max(1, Math.round(all / jobs));
        }

        /** Events for each job that make about a second of work. */
        long warmUpRounds() {
            return Double.isInfinite(rate) ? 500 : Math.max(1, Math.round(rate / jobs));
        }
    }

    @Override
    public boolean suits(Contender contender) {
        return peers || contender.isJobstream() || contender.kind() == Contender.Kind.LIMIT;
    }

    @Override
    public List<Point> measure(Setup setup, Contender contender, Options options) {
        List<Point> measured = new ArrayList<>();
        List<ServerProcess> servers = new ArrayList<>();
        try {
            for (At at : points) {
                Load load = at.load.scaled(options);
                while (servers.size() < load.nodes) {
                    servers.add(setup.start(contender).server());
                }
                measured.add(new Point(at.x, measure(setup, servers, load, options)));
            }
            return measured;
        } finally {
            servers.forEach(ServerProcess::close);
        }
    }

    private static Map<String, Double> measure(Setup setup, List<ServerProcess> servers, Load load, Options options) {
        List<String> jobs = setup.newJobs(load.jobs);
        List<Target> reading = new ArrayList<>();
        List<Target> stalled = new ArrayList<>();
        for (int i = 0; i < load.clients; i++) {
            boolean stalls = i < load.stalled;
            int port = servers.get(i % servers.size()).port();
            (stalls ? stalled : reading)
                    .add(Target.watch(
                            port, jobs.get(i % load.jobs), setup.token().text(), null, stalls));
        }
        try (LoadClient client = new LoadClient();
                Feeder feeder = setup.feeder(jobs, load.size)) {
            int readers = client.open(reading, AT_ONCE, PATIENCE);
            client.pollUntil(() -> false, SETTLE);
            Map<String, Double> values = new LinkedHashMap<>(WarmUp.run(
                    servers,
                    options.warmUp(),
                    () -> feed(client, feeder, load.warmUpRounds(), load, readers, () -> {})));
            client.open(stalled, AT_ONCE, PATIENCE);
            values.put("clients", (double) readers);
            values.put("refused", (double) client.counts().refused());
            values.put("refusalStatus", (double) client.counts().refusal());
            measure(client, feeder, servers, load, options, readers, values);
            return values;
        }
    }

    private static void measure(
            LoadClient client,
            Feeder feeder,
            List<ServerProcess> servers,
            Load load,
            Options options,
            int readers,
            Map<String, Double> values) {
        System.gc();
        double cpuBefore = sum(servers, ServerProcess::cpuSeconds);
        double residentBefore = sum(servers, server -> server.residentKib() / 1024.0);
        double[] residentMost = {residentBefore};
        long rounds = load.rounds(options.seconds());
        long begin = System.nanoTime();
        feed(
                client,
                feeder,
                rounds,
                load,
                readers,
                () -> residentMost[0] =
                        Math.max(residentMost[0], sum(servers, server -> server.residentKib() / 1024.0)));
        double cpu = sum(servers, ServerProcess::cpuSeconds) - cpuBefore;
        Counts counts = client.counts();
        double seconds = (counts.lastDelivery() - begin) / 1e9;
        double delivered = Math.max(1, counts.delivered());
        Histogram latency = counts.latency();
        values.put("deliveredPerSecond", counts.delivered() / seconds);
        values.put("seconds", seconds);
        values.put("p50Ms", latency.percentile(50) / 1e6);
        values.put("p90Ms", latency.percentile(90) / 1e6);
        values.put("p99Ms", latency.percentile(99) / 1e6);
        values.put("p999Ms", latency.percentile(99.9) / 1e6);
        values.put("maxMs", latency.max() / 1e6);
        values.put("cpuMicros", cpu * 1e6 / delivered);
        values.put("bytesPerDelivery", counts.bytes() / delivered);
        values.put("missingPercent", 100 - 100.0 * counts.delivered() / Math.max(1.0, (double) rounds * readers));
        values.put("outOfOrderPercent", 100.0 * counts.outOfOrder() / delivered);
        values.put("duplicates", (double) counts.duplicates());
        values.put("withoutId", (double) counts.withoutId());
        values.put("otherEvents", (double) counts.other());
        values.put("ended", (double) counts.ended());
        values.put("residentMib", residentMost[0]);
        values.put("residentGrowthMib", residentMost[0] - residentBefore);
        values.put("feederBehindMs", feeder.mostBehind() / 1e6);
    }

    /** Feeds and reads, until all have all or nothing comes any more. */
    private static void feed(LoadClient client, Feeder feeder, long rounds, Load load, int readers, Runnable sample) {
        client.begin(feeder.nextNumber());
        long expected = rounds * readers;
        CompletableFuture<Void> fed = feeder.feed(rounds, load.rate);
        Counts counts = client.counts();
        long[] sampled = {System.nanoTime()};
        long[] fedAt = {Long.MAX_VALUE};
        client.pollUntil(
                () -> {
                    long now = System.nanoTime();
                    if (now - sampled[0] > SAMPLE_NANOS) {
                        sampled[0] = now;
                        sample.run();
                    }
                    if (!fed.isDone()) {
                        return false;
                    }
                    fedAt[0] = Math.min(fedAt[0], now);
                    return counts.delivered() >= expected
                            || now - Math.max(fedAt[0], counts.lastDelivery()) > STANDSTILL_NANOS;
                },
                Duration.ofMinutes(5));
        fed.join();
    }

    private static double sum(List<ServerProcess> servers, ToDoubleFunction<ServerProcess> figure) {
        return servers.stream().mapToDouble(figure).sum();
    }
}
