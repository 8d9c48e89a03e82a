package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.Results.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Turns results into tables and plots: medians over the runs. */
final class Report {

    private static final String BEGIN = "<!-- figures: begin -->";
    private static final String END = "<!-- figures: end -->";

    /** Figures that have a column, in this order. */
    private static final Map<String, String> COLUMNS = columns();

    /** Of these, what has a column only where it is not zero everywhere. */
    private static final Set<String> TROUBLE = Set.of(
            "missingPercent",
            "outOfOrderPercent",
            "duplicates",
            "withoutId",
            "otherEvents",
            "notCaughtUp",
            "refused",
            "ended");

    private Report() {}

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("askedPerSecond", "events/s");
        columns.put("dataBytes", "bytes");
        columns.put("seconds", "seconds");
        columns.put("openSeconds", "seconds to open");
        columns.put("caughtUpFirstSeconds", "seconds until the first caught up");
        columns.put("caughtUpSeconds", "until the last");
        columns.put("megabytesPerSecond", "MB/s of the slowest");
        columns.put("deliveredPerSecond", "delivered/s");
        columns.put("eventsPerSecond", "events/s");
        columns.put("p50Ms", "p50 ms");
        columns.put("p99Ms", "p99 ms");
        columns.put("p999Ms", "p99.9 ms");
        columns.put("cpuMicros", "CPU µs each");
        columns.put("requestCpuMicros", "CPU µs a request");
        columns.put("clientCpuMicros", "the client's");
        columns.put("idlePercent", "machine idle %");
        columns.put("watcherCpuMicros", "CPU µs a watcher and second");
        columns.put(Results.TIMES_LIMIT, "× limit");
        columns.put(Results.TIMES_FIRST, "× the first");
        columns.put("openCpuMicros", "CPU µs to open one");
        columns.put("cpuSeconds", "CPU seconds");
        columns.put("residentMib", "resident MiB");
        columns.put("residentGrowthMib", "resident growth MiB");
        columns.put("heapGrowthMib", "live heap growth MiB");
        columns.put("residentPerStreamKib", "resident KiB a stream");
        columns.put("heapPerStreamKib", "live heap KiB a stream");
        columns.put("valkeyReads", "reads of Valkey");
        columns.put("missingPercent", "missing %");
        columns.put("outOfOrderPercent", "out of order %");
        columns.put("duplicates", "doubled");
        columns.put("withoutId", "without id");
        columns.put("otherEvents", "other events");
        columns.put("notCaughtUp", "not caught up");
        columns.put("refused", "refused");
        columns.put("ended", "streams ended");
        return columns;
    }

    /** What a figure's column is called. */
    static String columnOf(String figure) {
        return COLUMNS.getOrDefault(figure, figure);
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

    private static String figures(Results results, Path directory) throws IOException {
        StringBuilder markdown = new StringBuilder("\n");
        Plots plots = new Plots(directory, markdown);
        results.environment().forEach((name, value) -> markdown.append(name + ": " + value + "  \n"));
        if (!"1.0".equals(results.environment().getOrDefault("scale", "1.0"))) {
            markdown.append("\n**A trial: fewer clients and jobs than the titles say, by the scale above.**\n");
        }
        markdown.append(Marks.table(results));
        for (Scenario scenario : Scenarios.ALL) {
            List<Measurement> measured = results.measurements().stream()
                    .filter(measurement -> measurement.scenario().equals(scenario.name()))
                    .toList();
            if (!measured.isEmpty()) {
                markdown.append("\n### " + scenario.name() + ": " + scenario.title() + "\n");
                List<Row> rows = Row.of(measured);
                if (!rows.isEmpty()) {
                    table(scenario, rows, markdown);
                }
                failures(scenario, measured, markdown);
                plots.draw(scenario, rows);
            }
        }
        return markdown.append("\n").toString();
    }

    private static void table(Scenario scenario, List<Row> rows, StringBuilder markdown) {
        boolean curve = rows.stream().anyMatch(row -> row.x() != 0);
        Set<String> columns = new LinkedHashSet<>();
        for (String name : COLUMNS.keySet()) {
            if (rows.stream()
                    .map(row -> row.medians().get(name))
                    .anyMatch(value -> value != null && !(TROUBLE.contains(name) && value == 0))) {
                columns.add(name);
            }
        }
        markdown.append("\n");
        markdown.append(curve ? "| " + scenario.placeName() + " | server | runs |" : "| server | runs |");
        columns.forEach(name -> markdown.append(" " + COLUMNS.get(name) + " |"));
        markdown.append("\n|" + "---|".repeat((curve ? 3 : 2) + columns.size()) + "\n");
        for (Row row : rows) {
            markdown.append(curve ? "| " + scenario.place(row.x()) + " " : "");
            markdown.append("| " + row.server() + " | " + row.runs() + " |");
            for (String name : columns) {
                Double value = row.medians().get(name);
                markdown.append(" " + (value == null ? "–" : number(value)) + " |");
            }
            markdown.append("\n");
        }
    }

    private static void failures(Scenario scenario, List<Measurement> measured, StringBuilder markdown) {
        for (Measurement measurement : measured) {
            if (!measurement.failure().isEmpty()) {
                String why = measurement.failure().lines().findFirst().orElse("");
                String place = measurement.x() == 0 ? "" : " at " + scenario.place(measurement.x());
                String what = why.startsWith(NotRun.PREFIX) ? ": " + why : " failed: " + why;
                markdown.append("\n" + measurement.server() + ", run " + measurement.run() + place + what + "\n");
            }
        }
    }

    /** With as many digits as mean something. */
    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
