package dev.jobstream.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The programme's table of figures. Each row that passes is added to {@code target/faults/table.md}. With
 * {@code -Djobstream.faults=record} it also takes its place in {@code docs/reliability.md}, which has the figures of full runs
 * only.
 */
final class Table {

    private static final Path OF_THIS_RUN = Path.of("target", "faults", "table.md");
    private static final Path PAGE = Path.of("..", "..", "docs", "reliability.md");
    private static final String BEGIN = "<!-- rows: begin -->";
    private static final String END = "<!-- rows: end -->";
    private static final int HEAD_LINES = 2;

    private Table() {}

    static synchronized void put(String number, String fault, String figures) throws IOException {
        String row = "| " + number + " | " + fault + " | " + figures + " |";
        Files.createDirectories(OF_THIS_RUN.getParent());
        Files.writeString(OF_THIS_RUN, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if ("record".equals(System.getProperty("jobstream.faults"))) {
            Files.write(PAGE, with(Files.readAllLines(PAGE), number, fault, row));
        }
    }

    /** The page with this row, in the place of the one of the same fault, or else behind those of its number and below. */
    static List<String> with(List<String> page, String number, String fault, String row) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException("the page has no table of rows");
        }
        List<String> lines = new ArrayList<>(page);
        int at = begin + 1 + HEAD_LINES;
        for (int line = at; line < end; line++) {
            String[] cells = lines.get(line).split(" \\| ", 3);
            if (cells[0].equals("| " + number) && cells[1].equals(fault)) {
                lines.set(line, row);
                return lines;
            }
            if (Integer.parseInt(cells[0].substring(2)) <= Integer.parseInt(number)) {
                at = line + 1;
            }
        }
        lines.add(at, row);
        return lines;
    }
}
