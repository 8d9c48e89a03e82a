package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.LoadClient.Target;
import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients that come back at once, each behind by many events of one job: until all have all, and what Valkey is asked. */
record Resume(String name, int clients, int behind) implements OneByOne {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long STANDSTILL_NANOS = 10_000_000_000L;
    private static final int WARM_UP_CLIENTS = 500;
    private static final int AT_ONCE = 1_000;
    private static final int SIZE = 120;
    private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");
    private static final Pattern READS = Pattern.compile("xrange|xrevrange|xread|evalsha_ro|eval_ro|evalsha|eval");

    @Override
    public String title() {
        return clients + " clients resume at once, " + behind + " events behind on one job";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender.isJobstream();
    }

    @Override
    public List<Point> measure(Setup setup, Contender contender, Options options) throws IOException {
        // One to warm up with: what is measured is a job that the server has not followed so far.
        List<String> jobs = setup.newJobs(2);
        try (ServerProcess server = setup.start(contender).server();
                LoadClient client = new LoadClient();
                Feeder feeder = setup.feeder(jobs, SIZE);
                Resp valkey = new Resp(setup.valkey().host(), setup.valkey().port())) {
            feeder.feed(1, Double.POSITIVE_INFINITY).join();
            List<Target> targets = new ArrayList<>();
            for (String job : jobs) {
                targets.add(Target.watch(server.port(), job, setup.token(), newestId(valkey, job), false));
            }
            feeder.feed(behind, Double.POSITIVE_INFINITY).join();
            int few = options.scaled(WARM_UP_CLIENTS);
            Map<String, Double> values = new LinkedHashMap<>(WarmUp.run(List.of(server), options.warmUp(), () -> {
                resume(client, Collections.nCopies(few, targets.get(0)));
                client.closeAllAndRest();
            }));
            client.pollUntil(() -> false, LoadClient.NOTICED);
            Map<String, Long> callsBefore = calls(valkey);
            double cpuBefore = server.cpuSeconds();
            long begin = System.nanoTime();
            resume(client, Collections.nCopies(options.scaled(clients), targets.get(1)));
            Counts counts = client.counts();
            double cpu = server.cpuSeconds() - cpuBefore;
            double seconds = (counts.lastDelivery() - begin) / 1e9;
            Map<String, Long> callsAfter = calls(valkey);
            double delivered = Math.max(1, counts.delivered());
            values.put("clients", (double) counts.open());
            values.put("refused", (double) counts.refused());
            values.put("refusalStatus", (double) counts.refusal());
            values.put("seconds", seconds);
            values.put("deliveredPerSecond", delivered / seconds);
            values.put("cpuMicros", cpu * 1e6 / delivered);
            values.put(
                    "missingPercent",
                    100 - 100.0 * counts.delivered() / Math.max(1.0, (double) counts.open() * behind));
            values.put("outOfOrderPercent", 100.0 * counts.outOfOrder() / delivered);
            values.put("duplicates", (double) counts.duplicates());
            values.put("otherEvents", (double) counts.other());
            values.put("valkeyReads", (double) difference(callsBefore, callsAfter, READS));
            values.put("residentMib", server.residentKib() / 1024.0);
            return List.of(new Point(0, values));
        }
    }

    private void resume(LoadClient client, List<Target> targets) {
        client.begin(1);
        int open = client.open(targets, AT_ONCE, PATIENCE);
        Counts counts = client.counts();
        client.pollUntil(
                () -> counts.delivered() >= (long) open * behind
                        || System.nanoTime() - counts.lastDelivery() > STANDSTILL_NANOS,
                PATIENCE);
    }

    private static String newestId(Resp valkey, String job) throws IOException {
        Object newest = valkey.call("XREVRANGE", "runner-jobs:{" + job + "}:events", "+", "-", "COUNT", "1");
        if (newest instanceof List<?> entries
                && entries.get(0) instanceof List<?> entry
                && entry.get(0) instanceof String id) {
            return id;
        }
        throw new IOException("the journal is empty");
    }

    private static Map<String, Long> calls(Resp valkey) throws IOException {
        Map<String, Long> calls = new HashMap<>();
        Matcher matcher = CALLS.matcher(String.valueOf(valkey.call("INFO", "commandstats")));
        while (matcher.find()) {
            calls.put(matcher.group(1), Long.valueOf(matcher.group(2)));
        }
        return calls;
    }

    /** A read by a script counts once for the script and once for what it calls. */
    private static long difference(Map<String, Long> before, Map<String, Long> after, Pattern commands) {
        return after.entrySet().stream()
                .filter(command -> commands.matcher(command.getKey()).matches())
                .mapToLong(command -> command.getValue() - before.getOrDefault(command.getKey(), 0L))
                .sum();
    }
}
