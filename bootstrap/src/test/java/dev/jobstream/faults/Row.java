package dev.jobstream.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A row of the programme's table: what was done, and the figures of what came of it. Kept in {@code target/faults}. */
final class Row {

    private static final Path TABLE = Path.of("target", "faults", "table.md");

    private final String number;
    private final String fault;
    private final List<String> figures = new ArrayList<>();

    Row(String number, String fault) {
        this.number = number;
        this.fault = fault;
        System.out.println("Row " + number + ": " + fault);
    }

    Row figure(String name, Object value) {
        String text =
                value instanceof Double number ? String.format(Locale.ROOT, "%.2f", number) : String.valueOf(value);
        figures.add(name + " " + text);
        System.out.println("  " + name + ": " + text);
        return this;
    }

    /** Called when all that must hold has held. */
    void passed() throws IOException {
        Files.createDirectories(TABLE.getParent());
        Files.writeString(
                TABLE,
                "| " + number + " | " + fault + " | " + String.join("; ", figures) + " |\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
