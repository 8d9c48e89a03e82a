package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.LoadClient.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;

/**
 * Readers that begin far behind their job.
 *
 * @param host where the server is
 * @param count how many they are
 * @param bound the latency below which one has caught up, in milliseconds
 */
record BehindReaders(String host, int port, String token, int count, int bound) {

    /** Until then, the journal has all that they have not: after it, one that is slow has a gap. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * Opens them all, reads until each has caught up, and then for some time more. Of one that does not, the time and the
     * rate are those until patience ended.
     */
    Map<String, Double> read(String job, Duration patience, Duration after) {
        try (LoadClient client = new LoadClient(bound * 1_000_000L)) {
            client.begin(0);
            Target target = Target.watchFromBeginning(host, port, job, token);
            long begin = System.nanoTime();
            client.open(Collections.nCopies(count, target), count, patience);
            List<Watcher> watchers = client.watchers();
            client.pollUntil(
                    () -> watchers.stream()
                            .allMatch(watcher -> watcher.catchUp().isDone() || watcher.hasEnded()),
                    patience);
            long end = System.nanoTime();
            double[] seconds = each(watchers, watcher -> (watcher.catchUp().since(end) - begin) / 1e9);
            double[] rates = each(
                    watchers,
                    watcher -> watcher.catchUp().bytesBefore()
                            * 1e3
                            / (watcher.catchUp().since(end) - begin));
            Counts counts = client.counts();
            counts.beginLatency();
            client.pollUntil(() -> false, after);
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("clients", (double) counts.open());
            values.put("refused", (double) counts.refused());
            values.put("refusalStatus", (double) counts.refusal());
            values.put("caughtUpFirstSeconds", seconds[0]);
            values.put("caughtUpSeconds", seconds[count - 1]);
            values.put("megabytesPerSecond", rates[0]);
            values.put("notCaughtUp", (double) watchers.stream()
                    .filter(watcher -> !watcher.catchUp().isDone())
                    .count());
            values.put("p50Ms", counts.latency().percentile(50) / 1e6);
            values.put("p99Ms", counts.latency().percentile(99) / 1e6);
            double delivered = Math.max(1, counts.delivered());
            double expected = watchers.stream()
                    .mapToDouble(watcher -> watcher.sequence().newest() + 1)
                    .sum();
            values.put("delivered", delivered);
            values.put("missingPercent", 100 - 100 * counts.delivered() / Math.max(1, expected));
            values.put("outOfOrderPercent", 100 * counts.outOfOrder() / delivered);
            values.put("duplicates", (double) counts.duplicates());
            values.put("withoutId", (double) counts.withoutId());
            values.put("otherEvents", (double) counts.other());
            values.put("ended", (double) counts.ended());
            return values;
        }
    }

    /** From the lowest. */
    private static double[] each(List<Watcher> watchers, ToDoubleFunction<Watcher> figure) {
        return watchers.stream().mapToDouble(figure).sorted().toArray();
    }

    /**
     * The same as a program, for the far end of a link: {@code host port count bound}; the first line that it reads is the
     * token, and each further one a job, patience and the time after in milliseconds, which it answers with a line of JSON.
     */
    public static void main(String[] args) throws IOException {
        JsonMapper json = new JsonMapper();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String token = in.readLine();
        if (token == null) {
            return;
        }
        BehindReaders readers = new BehindReaders(
                args[0], Integer.parseInt(args[1]), token, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        String line;
        while ((line = in.readLine()) != null) {
            List<String> words = List.of(line.split(" "));
            Duration patience = Duration.ofMillis(Long.parseLong(words.get(1)));
            Duration after = Duration.ofMillis(Long.parseLong(words.get(2)));
            System.out.println(json.writeValueAsString(readers.read(words.get(0), patience, after)));
        }
    }
}
