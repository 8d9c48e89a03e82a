package dev.jobstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The plots of a report, each in a file of its own, and the lines of the page that show them. */
final class Plots {

    /** What is drawn over a curve. */
    private static final List<String> DRAWN = List.of("cpuMicros", "p99Ms", "residentMib");

    /** What is drawn as bars, by scenario: one for each server, or for each server and place. */
    private static final Map<String, String> BARS = Map.of(
            "S1",
            "cpuMicros",
            "S2",
            "cpuMicros",
            "S3",
            "seconds",
            "S4",
            "residentPerStreamKib",
            "growth",
            Results.TIMES_LIMIT);

    private final Path directory;
    private final StringBuilder markdown;

    Plots(Path directory, StringBuilder markdown) {
        this.directory = directory;
        this.markdown = markdown;
    }

    void draw(Scenario scenario, List<Row> rows) throws IOException {
        String figure = BARS.get(scenario.name());
        if (figure != null) {
            bars(scenario, figure, rows);
        } else if (rows.stream().anyMatch(row -> row.x() != 0)) {
            lines(scenario, rows);
        }
    }

    private void bars(Scenario scenario, String figure, List<Row> rows) throws IOException {
        Map<String, Double> bars = new LinkedHashMap<>();
        int servers = (int) rows.stream()
                .filter(row -> row.medians().containsKey(figure))
                .map(Row::server)
                .distinct()
                .count();
        for (Row row : rows) {
            Double value = row.medians().get(figure);
            if (value != null) {
                String place = row.x() == 0 ? "" : scenario.place(row.x());
                bars.put(place.isEmpty() ? row.server() : servers > 1 ? place + " " + row.server() : place, value);
            }
        }
        if (!bars.isEmpty()) {
            String title = title(scenario, figure);
            plot(scenario.name() + "-" + figure, title, Svg.bars(title, bars, servers));
        }
    }

    private void lines(Scenario scenario, List<Row> rows) throws IOException {
        String sentence = scenario.title();
        int x = sentence.indexOf("; x: ");
        String xLabel = x < 0 ? "" : sentence.substring(x + 5);
        for (String figure : DRAWN) {
            Map<String, List<Svg.Place>> lines = new TreeMap<>();
            for (Row row : rows) {
                Double value = row.medians().get(figure);
                if (value != null) {
                    lines.computeIfAbsent(row.server(), server -> new ArrayList<>())
                            .add(new Svg.Place(row.x(), value));
                }
            }
            if (!lines.isEmpty()) {
                String title = title(scenario, figure);
                plot(scenario.name() + "-" + figure, title, Svg.lines(title, xLabel, lines));
            }
        }
    }

    private static String title(Scenario scenario, String figure) {
        return scenario.name() + ": " + Report.columnOf(figure);
    }

    private void plot(String name, String title, String svg) throws IOException {
        Files.writeString(directory.resolve(name + ".svg"), svg);
        markdown.append("\n![" + title + "](benchmarks/" + name + ".svg)\n");
    }
}
