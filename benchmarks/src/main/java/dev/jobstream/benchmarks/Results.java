package dev.jobstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    record Measurement(String scenario, double x, String server, int run, Map<String, Double> values, String failure) {}

    void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        JSON.writeValue(file.toFile(), this);
    }

    /** The results of several files as one; what was measured anew in a later file counts instead of the earlier. */
    static Results read(List<Path> files) {
        Results all = new Results(Map.of(), List.of());
        for (Path file : files) {
            Results next = JSON.readValue(file.toFile(), Results.class);
            List<Measurement> merged = new ArrayList<>(next.measurements);
            for (Measurement earlier : all.measurements) {
                if (next.measurements.stream()
                        .noneMatch(later ->
                                later.scenario.equals(earlier.scenario) && later.server.equals(earlier.server))) {
                    merged.add(earlier);
                }
            }
            all = new Results(next.environment, merged);
        }
        return all;
    }
}
