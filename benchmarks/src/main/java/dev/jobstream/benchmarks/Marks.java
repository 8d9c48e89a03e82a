package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.Results.Measurement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the standalone server is to reach, and whether it does. */
final class Marks {

    private static final String OURS = "jobstream-";

    private static final List<Mark> ALL = all();

    /**
     * A figure and its bound.
     *
     * @param point the name of a place on the scenario's curve; empty if it is none
     * @param atLeast whether more is better
     * @param unit what follows the number
     */
    record Mark(String scenario, String point, String figure, boolean atLeast, double bound, String unit) {

        private boolean isMet(double value) {
            return atLeast ? value >= bound : value <= bound;
        }

        private boolean isAt(double x) {
            return point.isEmpty() || Scenarios.place(scenario, x).equals(point);
        }
    }

    private Marks() {}

    private static List<Mark> all() {
        List<Mark> marks = new ArrayList<>(List.of(
                atMost("S1", Results.TIMES_LIMIT, 1.1, " × limit"),
                atMost("S1", "p99Ms", 40, " ms p99"),
                atMost("S1b", Results.TIMES_LIMIT, 0.65, " × limit"),
                atMost("S1b", "p99Ms", 42, " ms p99"),
                atMost("S2", Results.TIMES_LIMIT, 1.5, " × limit"),
                atMost("S2", "p99Ms", 4, " ms p99"),
                atMost("S3", "seconds", 0.4, " s"),
                atMost("S4", "residentPerStreamKib", 18, " KiB resident a stream"),
                atMost("S4", "openSeconds", 5, " s to open"),
                atMost("S5", "p99Ms", 20, " ms p99"),
                atMost("S5", "residentGrowthMib", 2, " MiB resident growth"),
                new Mark("S7", "1", "eventsPerSecond", true, 6_000, " requests/s"),
                atMost("S9", "caughtUpSeconds", 1, " s until caught up"),
                new Mark("S9b", "", "megabytesPerSecond", true, 5, " MB/s"),
                new Mark("S9r", "", "megabytesPerSecond", true, 5, " MB/s"),
                new Mark("S10", Filtered.HALF, Results.TIMES_FIRST, false, 1, " × CPU a watcher in S1b"),
                new Mark("S11", PublishStreams.STREAMS, Results.TIMES_FIRST, false, 1 / 3.0, " × CPU an event in S7")));
        growth(marks, 1.6, "1x1", "10x1");
        growth(marks, 1.5, "1000x1");
        growth(marks, 1.6, "4000x1");
        growth(marks, 2.0, "10x10", "100x10");
        growth(marks, 1.1, "1x100");
        growth(marks, 1.6, "1x200-120", "1x200-1000", "1x200-8000");
        growth(marks, 1.1, "1x300", "1x1000");
        growth(marks, 1.3, "1x4000");
        growth(marks, 1.4, "1x10000");
        return List.copyOf(marks);
    }

    private static Mark atMost(String scenario, String figure, double bound, String unit) {
        return new Mark(scenario, "", figure, false, bound, unit);
    }

    private static void growth(List<Mark> marks, double bound, String... points) {
        for (String point : points) {
            marks.add(new Mark("growth", point, Results.TIMES_LIMIT, false, bound, " × limit"));
        }
    }

    /** A row for each mark, in Markdown. */
    static String table(Results results) {
        StringBuilder markdown =
                new StringBuilder("\n### Marks\n\n| scenario | mark | last measured | met |\n|---|---|---|---|\n");
        for (Mark mark : ALL) {
            Optional<Double> value = value(results, mark);
            String at = mark.point.isEmpty() ? "" : ", " + mark.point;
            markdown.append("| " + mark.scenario + at + " | " + (mark.atLeast ? "≥ " : "≤ ")
                    + Report.number(mark.bound) + mark.unit + " | "
                    + value.map(Report::number).orElseGet(() -> reason(results, mark)) + " | "
                    + value.map(measured -> mark.isMet(measured) ? "yes" : "**no**")
                            .orElse("–") + " |\n");
        }
        return markdown.toString();
    }

    /** That of our server on the newest JDK which has one. */
    static Optional<Double> value(Results results, Mark mark) {
        List<Measurement> measured = results.measurements().stream()
                .filter(measurement -> measurement.scenario().equals(mark.scenario)
                        && measurement.server().startsWith(OURS)
                        && mark.isAt(measurement.x()))
                .toList();
        return Row.of(measured).stream()
                .filter(row -> row.medians().containsKey(mark.figure))
                .max(Comparator.comparingInt(row -> jdk(row.server())))
                .map(row -> row.medians().getOrDefault(mark.figure, 0.0));
    }

    private static int jdk(String server) {
        return Integer.parseInt(server.substring(OURS.length()));
    }

    private static String reason(Results results, Mark mark) {
        return results.measurements().stream()
                .filter(measurement -> measurement.scenario().equals(mark.scenario))
                .map(Measurement::failure)
                .filter(failure -> failure.startsWith(NotRun.PREFIX))
                .findFirst()
                .orElse("not measured");
    }
}
