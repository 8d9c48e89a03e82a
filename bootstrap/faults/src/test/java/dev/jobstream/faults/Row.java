package dev.jobstream.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A row of the programme's table: what was done, and the figures of what came of it. */
final class Row {

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
        Table.put(number, fault, String.join("; ", figures));
    }
}
