package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.LoadClient.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events that go to many clients: at a steady rate, or all at once. Several points on one curve share a server. */
record FanOut(String name, String title, boolean peers, List<At> points) implements OneByOne {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final int AT_ONCE = 128;
    private static final int STEPS_AFTER_COLLECTION = 5;

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
            (stalls ? stalled : reading).add(Target.watch(port, jobs.get(i % load.jobs), setup.token(), null, stalls));
        }
        try (LoadClient client = new LoadClient();
                Feeder feeder = setup.feeder(jobs, load.size)) {
            int readers = client.open(reading, AT_ONCE, PATIENCE);
            client.pollUntil(() -> false, SETTLE);
            Map<String, Double> values = new LinkedHashMap<>(WarmUp.run(
                    servers,
                    options.warmUp(),
                    () -> Deliveries.feed(client, feeder, load.warmUpRounds(), load, readers)));
            double heapBefore = 0;
            if (load.stalled > 0) {
                heapBefore = liveHeapMib(servers);
                // Collecting gives memory back, which would count as growth when it is taken again.
                for (int i = 0; i < STEPS_AFTER_COLLECTION; i++) {
                    Deliveries.feed(client, feeder, load.warmUpRounds(), load, readers);
                }
            }
            client.open(stalled, AT_ONCE, PATIENCE);
            values.put("clients", (double) readers);
            values.put("refused", (double) client.counts().refused());
            values.put("refusalStatus", (double) client.counts().refusal());
            values.putAll(Deliveries.measure(client, feeder, servers, load, options.seconds(), readers));
            if (load.stalled > 0) {
                values.put("heapGrowthMib", liveHeapMib(servers) - heapBefore);
            }
            return values;
        }
    }

    private static double liveHeapMib(List<ServerProcess> servers) {
        return servers.stream().mapToDouble(ServerProcess::collectGarbage).sum() / 1024;
    }
}
