package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.Results.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Turns results into tables and plots: medians over the runs. */
final class Report {

    private static final String BEGIN = "<!-- figures: begin -->";
    private static final String END = "<!-- figures: end -->";

    /** Figures that have a column, in this order. */
    private static final Map<String, String> COLUMNS = columns();

    /** Of these, what has a column only where it is not zero everywhere. */
    private static final Set<String> TROUBLE =
            Set.of("missingPercent", "outOfOrderPercent", "duplicates", "withoutId", "otherEvents", "refused", "ended");

    /** What is drawn over a curve. */
    private static final List<String> DRAWN = List.of("cpuMicros", "p99Ms", "residentMib");

    /** What is drawn as bars, by scenario. */
    private static final Map<String, String> BARS =
            Map.of("S1", "cpuMicros", "S2", "cpuMicros", "S3", "seconds", "S4", "residentPerStreamKib");

    private Report() {}

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("seconds", "seconds");
        columns.put("openSeconds", "seconds to open");
        columns.put("deliveredPerSecond", "delivered/s");
        columns.put("eventsPerSecond", "events/s");
        columns.put("p50Ms", "p50 ms");
        columns.put("p99Ms", "p99 ms");
        columns.put("p999Ms", "p99.9 ms");
        columns.put("cpuMicros", "CPU µs each");
        columns.put("openCpuMicros", "CPU µs to open one");
        columns.put("cpuSeconds", "CPU seconds");
        columns.put("residentMib", "resident MiB");
        columns.put("residentGrowthMib", "growth MiB");
        columns.put("residentPerStreamKib", "resident KiB a stream");
        columns.put("heapPerStreamKib", "live heap KiB a stream");
        columns.put("valkeyReads", "reads of Valkey");
        columns.put("missingPercent", "missing %");
        columns.put("outOfOrderPercent", "out of order %");
        columns.put("duplicates", "doubled");
        columns.put("withoutId", "without id");
        columns.put("otherEvents", "other events");
        columns.put("refused", "refused");
        columns.put("ended", "streams ended");
        return columns;
    }

    /** Puts the figures into {@code benchmarks.md}, between its two marks, and the plots beside it. */
    static void write(Results results, Path docs) throws IOException {
        Path page = docs.resolve("benchmarks.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(page + " must have the marks " + BEGIN + " and " + END);
        }
        Path plots = docs.resolve("benchmarks");
        Files.createDirectories(plots);
        String figures = figures(results, plots);
        Files.writeString(page, text.substring(0, begin) + BEGIN + "\n" + figures + text.substring(end));
        System.out.println("Written to " + page + " and " + plots);
    }

    private static String figures(Results results, Path plots) throws IOException {
        StringBuilder markdown = new StringBuilder("\n");
        results.environment().forEach((name, value) -> markdown.append(name + ": " + value + "  \n"));
        if (!"1.0".equals(results.environment().getOrDefault("scale", "1.0"))) {
            markdown.append("\n**A trial: fewer clients and jobs than the titles say, by the scale above.**\n");
        }
        for (Scenario scenario : Scenarios.ALL) {
            List<Measurement> measured = results.measurements().stream()
                    .filter(measurement -> measurement.scenario().equals(scenario.name()))
                    .toList();
            if (!measured.isEmpty()) {
                markdown.append("\n### " + scenario.name() + ": " + scenario.title() + "\n\n");
                List<Row> rows = rows(measured);
                table(rows, markdown);
                failures(measured, markdown);
                if (BARS.containsKey(scenario.name())) {
                    bars(scenario, rows, plots, markdown);
                } else if (rows.stream().anyMatch(row -> row.x != 0)) {
                    lines(scenario, rows, plots, markdown);
                }
            }
        }
        return markdown.append("\n").toString();
    }

    /** The medians of a server at one place. */
    private record Row(double x, String server, int runs, Map<String, Double> medians) {}

    private static List<Row> rows(List<Measurement> measured) {
        Map<Double, Map<String, List<Measurement>>> groups = new TreeMap<>();
        for (Measurement measurement : measured) {
            if (!measurement.values().isEmpty()) {
                groups.computeIfAbsent(measurement.x(), x -> new TreeMap<>())
                        .computeIfAbsent(measurement.server(), server -> new ArrayList<>())
                        .add(measurement);
            }
        }
        List<Row> rows = new ArrayList<>();
        groups.forEach((x, servers) -> servers.forEach((server, runs) -> {
            Map<String, Double> medians = new LinkedHashMap<>();
            for (String name : COLUMNS.keySet()) {
                double[] values = runs.stream()
                        .filter(run -> run.values().containsKey(name))
                        .mapToDouble(run -> run.values().getOrDefault(name, 0.0))
                        .toArray();
                if (values.length > 0) {
                    medians.put(name, median(values));
                }
            }
            rows.add(new Row(x, server, runs.size(), medians));
        }));
        return rows;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static void table(List<Row> rows, StringBuilder markdown) {
        boolean curve = rows.stream().anyMatch(row -> row.x != 0);
        Set<String> columns = new LinkedHashSet<>();
        for (String name : COLUMNS.keySet()) {
            if (rows.stream()
                    .map(row -> row.medians.get(name))
                    .anyMatch(value -> value != null && !(TROUBLE.contains(name) && value == 0))) {
                columns.add(name);
            }
        }
        markdown.append(curve ? "| x | server | runs |" : "| server | runs |");
        columns.forEach(name -> markdown.append(" " + COLUMNS.get(name) + " |"));
        markdown.append("\n|" + "---|".repeat((curve ? 3 : 2) + columns.size()) + "\n");
        for (Row row : rows) {
            markdown.append(curve ? "| " + number(row.x) + " " : "");
            markdown.append("| " + row.server + " | " + row.runs + " |");
            for (String name : columns) {
                Double value = row.medians.get(name);
                markdown.append(" " + (value == null ? "–" : number(value)) + " |");
            }
            markdown.append("\n");
        }
    }

    private static void failures(List<Measurement> measured, StringBuilder markdown) {
        for (Measurement measurement : measured) {
            if (!measurement.failure().isEmpty()) {
                String why = measurement.failure().lines().findFirst().orElse("");
                markdown.append(
                        "\n" + measurement.server() + " failed in run " + measurement.run() + ": " + why + "\n");
            }
        }
    }

    private static void bars(Scenario scenario, List<Row> rows, Path plots, StringBuilder markdown) throws IOException {
        String figure = BARS.getOrDefault(scenario.name(), "");
        Map<String, Double> bars = new LinkedHashMap<>();
        for (Row row : rows) {
            bars.put(row.server, row.medians.getOrDefault(figure, 0.0));
        }
        if (!bars.isEmpty()) {
            String title = scenario.name() + ": " + COLUMNS.get(figure);
            plot(plots, scenario.name() + "-" + figure, title, Svg.bars(title, bars), markdown);
        }
    }

    private static void lines(Scenario scenario, List<Row> rows, Path plots, StringBuilder markdown)
            throws IOException {
        String title = scenario.title();
        int x = title.indexOf("; x: ");
        String xLabel = x < 0 ? "" : title.substring(x + 5);
        for (String figure : DRAWN) {
            Map<String, List<Svg.Place>> lines = new TreeMap<>();
            for (Row row : rows) {
                Double value = row.medians.get(figure);
                if (value != null) {
                    lines.computeIfAbsent(row.server, server -> new ArrayList<>())
                            .add(new Svg.Place(row.x, value));
                }
            }
            if (!lines.isEmpty()) {
                String plotTitle = scenario.name() + ": " + COLUMNS.get(figure);
                String svg = Svg.lines(plotTitle, xLabel, lines);
                plot(plots, scenario.name() + "-" + figure, plotTitle, svg, markdown);
            }
        }
    }

    private static void plot(Path plots, String name, String title, String svg, StringBuilder markdown)
            throws IOException {
        Files.writeString(plots.resolve(name + ".svg"), svg);
        markdown.append("\n![" + title + "](benchmarks/" + name + ".svg)\n");
    }

    /** With as many digits as mean something. */
    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
