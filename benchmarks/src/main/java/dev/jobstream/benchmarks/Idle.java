package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.LoadClient.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Streams that are open and have nothing to say: how long it takes to open them, and what each of them holds. */
record Idle(String name, int streams, int jobs) implements OneByOne {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** What opening so many has taken, threads above all, is given back within this time. */
    private static final Duration AT_REST = Duration.ofSeconds(30);

    private static final int WARM_UP_STREAMS = 2_000;
    private static final int AT_ONCE = 128;

    /** Descriptors that come and go by themselves. */
    private static final int LEEWAY = 20;

    @Override
    public String title() {
        return streams + " idle streams, " + (jobs == streams ? "each on a job of its own" : "on " + jobs + " jobs");
    }

    @Override
    public boolean suits(Contender contender) {
        return true;
    }

    @Override
    public List<Point> measure(Setup setup, Contender contender, Options options) {
        try (ServerProcess server = setup.start(contender).server();
                LoadClient client = new LoadClient()) {
            List<Target> few = targets(setup, server, options.scaled(WARM_UP_STREAMS));
            Map<String, Double> values = new LinkedHashMap<>(WarmUp.run(List.of(server), options.warmUp(), () -> {
                int descriptors = server.descriptors();
                client.open(few, AT_ONCE, PATIENCE);
                client.closeAll();
                // Not before all were noticed, which some servers do with the next heartbeat only: they would pile up.
                client.pollUntil(() -> server.descriptors() <= descriptors + LEEWAY, LoadClient.NOTICED);
            }));
            client.pollUntil(() -> false, LoadClient.NOTICED);
            double heapBefore = server.collectGarbage();
            double residentBefore = server.residentKib();
            double cpuBefore = server.cpuSeconds();
            long begin = System.nanoTime();
            int open = client.open(targets(setup, server, options.scaled(streams)), AT_ONCE, PATIENCE);
            values.put("openSeconds", (System.nanoTime() - begin) / 1e9);
            values.put("openCpuMicros", (server.cpuSeconds() - cpuBefore) * 1e6 / open);
            client.pollUntil(() -> false, AT_REST);
            double heap = server.collectGarbage();
            values.put("clients", (double) open);
            values.put("refused", (double) client.counts().refused());
            values.put("refusalStatus", (double) client.counts().refusal());
            values.put("residentMib", server.residentKib() / 1024.0);
            values.put("residentPerStreamKib", (server.residentKib() - residentBefore) / open);
            values.put("heapPerStreamKib", (heap - heapBefore) / open);
            return List.of(new Point(0, values));
        }
    }

    private List<Target> targets(Setup setup, ServerProcess server, int count) {
        List<String> names = setup.newJobs(Math.min(jobs, count));
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            targets.add(Target.watch(server.port(), names.get(i % names.size()), setup.token(), null, false));
        }
        return targets;
    }
}
