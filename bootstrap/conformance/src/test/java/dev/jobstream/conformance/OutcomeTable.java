package dev.jobstream.conformance;

import dev.jobstream.conformance.Result.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many of a section's checks each server passes.
 *
 * @param rows the cells of each section, by the head of their column
 */
record OutcomeTable(Map<String, Map<String, String>> rows) {

    private static final String BEGIN = "<!-- outcomes: begin -->\n";
    private static final String END = "<!-- outcomes: end -->";

    static OutcomeTable of(Map<String, List<Result>> results) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        for (int s = 0; s < Suite.SECTIONS.size(); s++) {
            Section section = Suite.SECTIONS.get(s);
            Map<String, String> cells = new LinkedHashMap<>();
            results.forEach((server, all) -> cells.put(
                    server,
                    cell(all.stream()
                            .filter(result -> result.section().equals(section))
                            .toList())));
            rows.put((s + 1) + " " + section.title(), cells);
        }
        return new OutcomeTable(rows);
    }

    private static String cell(List<Result> results) {
        long asked = results.size() - Report.count(results, Outcome.SKIPPED);
        return asked == 0 ? "–" : Report.count(results, Outcome.PASSED) + " of " + asked;
    }

    /** Reads the one on a page. */
    static OutcomeTable from(String page) {
        String[] lines = page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END))
                .split("\n");
        List<String> head = cells(lines[0]);
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        for (int line = 2; line < lines.length; line++) {
            List<String> row = cells(lines[line]);
            Map<String, String> cells = new LinkedHashMap<>();
            for (int i = 1; i < row.size(); i++) {
                cells.put(head.get(i), row.get(i));
            }
            rows.put(row.get(0), cells);
        }
        return new OutcomeTable(rows);
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.substring(1).split("\\|")) {
            cells.add(cell.strip());
        }
        return cells;
    }

    /** The page with this one in the place of its own. */
    String into(String page) {
        StringBuilder table = new StringBuilder();
        List<String> heads = List.copyOf(rows.values().iterator().next().keySet());
        table.append("| section | ").append(String.join(" | ", heads)).append(" |\n");
        table.append("|---|").append("---|".repeat(heads.size())).append('\n');
        rows.forEach((section, cells) -> table.append("| ")
                .append(section)
                .append(" | ")
                .append(String.join(" | ", heads.stream().map(cells::get).toList()))
                .append(" |\n"));
        return page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table + page.substring(page.indexOf(END));
    }

    /** These servers alone: another machine may not have all. */
    OutcomeTable columns(Set<String> servers) {
        Map<String, Map<String, String>> some = new LinkedHashMap<>();
        rows.forEach((section, cells) -> {
            Map<String, String> kept = new LinkedHashMap<>(cells);
            kept.keySet().retainAll(servers);
            some.put(section, kept);
        });
        return new OutcomeTable(some);
    }
}
