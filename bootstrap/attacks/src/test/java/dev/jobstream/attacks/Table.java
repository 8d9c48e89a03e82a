package dev.jobstream.attacks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of attacks under load. Each row that has held is added to {@code target/attacks/table.md}. With
 * {@code -Djobstream.attacks.record=true} it also takes its place in {@code docs/security-attacks.md}.
 */
final class Table {

    private static final Path OF_THIS_RUN = Path.of("target", "attacks", "table.md");
    private static final Path PAGE = Path.of("..", "..", "docs", "security-attacks.md");
    private static final String END = "<!-- rows: end -->";

    private Table() {}

    static synchronized void put(String attack, String answer, String figures) throws IOException {
        String row = "| " + attack + " | " + answer + " | " + figures + " |";
        Files.createDirectories(OF_THIS_RUN.getParent());
        Files.writeString(OF_THIS_RUN, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (Boolean.getBoolean("jobstream.attacks.record")) {
            Files.write(PAGE, with(Files.readAllLines(PAGE), attack, row));
        }
    }

    /** The page with this row in the place of the one of the same attack, or else as the last one. */
    static List<String> with(List<String> page, String attack, String row) {
        int end = page.indexOf(END);
        if (end < 0) {
            throw new IllegalStateException("the page has no table of rows");
        }
        List<String> lines = new ArrayList<>(page);
        for (int line = 0; line < end; line++) {
            if (lines.get(line).startsWith("| " + attack + " | ")) {
                lines.set(line, row);
                return lines;
            }
        }
        lines.add(end, row);
        return lines;
    }
}
