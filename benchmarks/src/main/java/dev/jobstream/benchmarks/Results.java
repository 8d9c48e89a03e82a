package dev.jobstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was measured, as it is kept in a file.
 *
 * @param environment where and with what
 * @param measurements one for each scenario, place on its curve, server and run
 */
record Results(Map<String, String> environment, List<Measurement> measurements) {

    /** The figure that {@link #withRatios} adds. */
    static final String TIMES_LIMIT = "timesLimit";

    /** A figure relative to that of the first place of its scenario, on the same server in the same run. */
    static final String TIMES_FIRST = "timesFirst";

    private static final String CPU = "cpuMicros";
    private static final String LIMIT = "limit";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * One measurement.
     *
     * @param scenario the scenario's name
     * @param x where on the scenario's curve; 0 if it is none
     * @param server the server's name
     * @param run counted from 1
     * @param values figures by name; none if it failed
     * @param failure why it failed, else empty
     */
    record Measurement(String scenario, double x, String server, int run, Map<String, Double> values, String failure) {

        private List<Object> place() {
            return List.of(scenario, x, run);
        }

        private boolean replaces(Measurement earlier) {
            return scenario.equals(earlier.scenario)
                    && server.equals(earlier.server)
                    && (x == earlier.x || (!earlier.failure.isEmpty() && earlier.x == 0));
        }
    }

    void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        JSON.writeValue(file.toFile(), this);
    }

    /**
     * The results of several files as one. What was measured anew in a later file, at the same place, counts instead of
     * the earlier; so does any later measurement of what had failed.
     */
    static Results read(List<Path> files) {
        Results all = new Results(Map.of(), List.of());
        for (Path file : files) {
            Results next = JSON.readValue(file.toFile(), Results.class);
            all = all.updatedBy(next.withRatios());
        }
        return all;
    }

    Results updatedBy(Results later) {
        List<Measurement> merged = new ArrayList<>(later.measurements);
        for (Measurement earlier : measurements) {
            if (later.measurements.stream().noneMatch(measurement -> measurement.replaces(earlier))) {
                merged.add(earlier);
            }
        }
        return new Results(later.environment, merged);
    }

    /** With the CPU of each beside what {@code limit} took at the same place in the same run: other runs do not compare. */
    Results withRatios() {
        Map<List<Object>, Double> limits = new HashMap<>();
        for (Measurement measurement : measurements) {
            if (measurement.server.equals(LIMIT)) {
                limits.put(measurement.place(), measurement.values.getOrDefault(CPU, 0.0));
            }
        }
        List<Measurement> rated = new ArrayList<>();
        for (Measurement measurement : measurements) {
            double limit = limits.getOrDefault(measurement.place(), 0.0);
            Map<String, Double> values = new LinkedHashMap<>(measurement.values);
            if (limit > 0 && values.containsKey(CPU) && !measurement.server.equals(LIMIT)) {
                values.put(TIMES_LIMIT, values.getOrDefault(CPU, 0.0) / limit);
            }
            rated.add(new Measurement(
                    measurement.scenario,
                    measurement.x,
                    measurement.server,
                    measurement.run,
                    values,
                    measurement.failure));
        }
        return new Results(environment, rated);
    }
}
