package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.FanOut.Load;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;

/** Feeds events to clients that are open, and makes figures of what came. */
final class Deliveries {

    private static final long STANDSTILL_NANOS = 5_000_000_000L;
    private static final long SAMPLE_NANOS = 250_000_000;

    private Deliveries() {}

    /** The figures of feeding them for so long, or all the events that the load has. */
    static Map<String, Double> measure(
            LoadClient client, Feeder feeder, List<ServerProcess> servers, Load load, double forSeconds, int readers) {
        System.gc();
        double cpuBefore = sum(servers, ServerProcess::cpuSeconds);
        double residentBefore = sum(servers, server -> server.residentKib() / 1024.0);
        double[] residentMost = {residentBefore};
        long rounds = load.rounds(forSeconds);
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
        Map<String, Double> values = new LinkedHashMap<>();
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
        return values;
    }

    /** Feeds and reads, until all have all or nothing comes any more. */
    static void feed(LoadClient client, Feeder feeder, long rounds, Load load, int readers) {
        feed(client, feeder, rounds, load, readers, () -> {});
    }

    private static void feed(LoadClient client, Feeder feeder, long rounds, Load load, int readers, Runnable sample) {
        client.begin(feeder.nextNumber());
        long expected = rounds * readers;
        CompletableFuture<Void> fed = feeder.feed(rounds, load.rate());
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
