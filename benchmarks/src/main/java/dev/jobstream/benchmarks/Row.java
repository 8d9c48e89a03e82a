package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.Results.Measurement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The medians of a server at one place.
 *
 * @param x where on the scenario's curve; 0 if it is none
 * @param runs of how many runs
 * @param medians figures by name
 */
record Row(double x, String server, int runs, Map<String, Double> medians) {

    /** Those of a scenario, by place and server; what failed has none. */
    static List<Row> of(List<Measurement> measured) {
        Map<Double, Map<String, List<Measurement>>> groups = new TreeMap<>();
        for (Measurement measurement : measured) {
            if (!measurement.values().isEmpty()) {
                groups.computeIfAbsent(measurement.x(), x -> new TreeMap<>())
                        .computeIfAbsent(measurement.server(), server -> new ArrayList<>())
                        .add(measurement);
            }
        }
        List<Row> rows = new ArrayList<>();
        groups.forEach((x, servers) ->
                servers.forEach((server, runs) -> rows.add(new Row(x, server, runs.size(), medians(runs)))));
        return rows;
    }

    private static Map<String, Double> medians(List<Measurement> runs) {
        Set<String> names = new TreeSet<>();
        runs.forEach(run -> names.addAll(run.values().keySet()));
        Map<String, Double> medians = new LinkedHashMap<>();
        for (String name : names) {
            medians.put(
                    name,
                    median(runs.stream()
                            .filter(run -> run.values().containsKey(name))
                            .mapToDouble(run -> run.values().getOrDefault(name, 0.0))
                            .toArray()));
        }
        return medians;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
