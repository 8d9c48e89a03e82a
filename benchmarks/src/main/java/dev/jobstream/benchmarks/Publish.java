package dev.jobstream.benchmarks;

import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events that come in by HTTP: connections that are kept, each sending its next request when the last was answered. */
record Publish(String name, List<Integer> batches) implements OneByOne {

    private static final int CONNECTIONS = 16;

    @Override
    public String title() {
        return "publishing by HTTP over " + CONNECTIONS + " connections; x: events a request";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender.isJobstream();
    }

    @Override
    public List<Point> measure(Setup setup, Contender contender, Options options) throws IOException {
        List<Point> points = new ArrayList<>();
        try (ServerProcess server = setup.start(contender).server();
                Resp valkey = new Resp(setup.valkey().host(), setup.valkey().port())) {
            for (int batch : batches) {
                points.add(new Point(batch, measure(setup, server, valkey, batch, options)));
            }
        }
        return points;
    }

    /** One place: so many events a request. */
    static Map<String, Double> measure(Setup setup, ServerProcess server, Resp valkey, int batch, Options options)
            throws IOException {
        int connections = options.scaled(CONNECTIONS);
        List<String> warmUpJobs = setup.newJobs(connections);
        Map<String, Double> values = new LinkedHashMap<>(
                WarmUp.run(List.of(server), options.warmUp(), () -> warmUp(setup, server, warmUpJobs, batch)));
        List<String> jobs = setup.newJobs(connections);
        try (Publishers publishers = new Publishers(server.port(), setup.token(), jobs, batch)) {
            measure(publishers, server, batch, options, values);
        }
        double events = values.getOrDefault("events", 0.0);
        long journaled = 0;
        for (String job : jobs) {
            journaled += added(valkey, "runner-jobs:{" + job + "}:events");
        }
        unlink(valkey, warmUpJobs);
        unlink(valkey, jobs);
        values.put("missingPercent", 100.0 * (events - journaled) / Math.max(1, events));
        return values;
    }

    private static void measure(
            Publishers publishers, ServerProcess server, int batch, Options options, Map<String, Double> values)
            throws IOException {
        double cpuBefore = server.cpuSeconds();
        double clientBefore = clientCpuSeconds();
        MachineTime machineBefore = MachineTime.now();
        long begin = System.nanoTime();
        publishers.publish(Duration.ofMillis(Math.round(options.seconds() * 1000)));
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpu = server.cpuSeconds() - cpuBefore;
        double clientCpu = clientCpuSeconds() - clientBefore;
        double idle = MachineTime.now().idleSince(machineBefore);
        double requests = Math.max(1, publishers.created());
        Histogram latency = publishers.latency();
        values.put("events", (double) batch * publishers.created());
        values.put("eventsPerSecond", batch * publishers.created() / seconds);
        values.put("p50Ms", latency.percentile(50) / 1e6);
        values.put("p99Ms", latency.percentile(99) / 1e6);
        values.put("cpuMicros", cpu * 1e6 / requests / batch);
        values.put("requestCpuMicros", cpu * 1e6 / requests);
        values.put("clientCpuMicros", clientCpu * 1e6 / requests);
        values.put("idlePercent", 100 * idle);
        values.put("refused", (double) publishers.refused());
        values.put("residentMib", server.residentKib() / 1024.0);
    }

    /** That of this process, which is nothing but the client while it measures. */
    private static double clientCpuSeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    private static void warmUp(Setup setup, ServerProcess server, List<String> jobs, int batch) {
        try (Publishers publishers = new Publishers(server.port(), setup.token(), jobs, batch)) {
            publishers.publish(Duration.ofSeconds(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was ever added to a journal, though some of it may have been trimmed. */
    static long added(Resp valkey, String key) throws IOException {
        if (valkey.call("XINFO", "STREAM", key) instanceof List<?> info) {
            int at = info.indexOf("entries-added");
            if (at >= 0 && info.get(at + 1) instanceof Long added) {
                return added;
            }
        }
        throw new IOException("Valkey does not tell what was added to " + key);
    }

    static void unlink(Resp valkey, List<String> jobs) throws IOException {
        for (String job : jobs) {
            Object unused = valkey.call("UNLINK", "runner-jobs:{" + job + "}:events");
        }
    }
}
