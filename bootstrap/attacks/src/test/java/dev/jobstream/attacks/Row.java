package dev.jobstream.attacks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A row of the table: an attack, what the server answers, and the figures of a run. */
final class Row {

    private final String attack;
    private final List<String> figures = new ArrayList<>();

    Row(String attack) {
        this.attack = attack;
        System.out.println("Attack: " + attack);
    }

    Row figure(String name, Object value) {
        String text =
                value instanceof Double number ? String.format(Locale.ROOT, "%.1f", number) : String.valueOf(value);
        figures.add(name + " " + text);
        System.out.println("  " + name + ": " + text);
        return this;
    }

    /** Called when all that must hold has held. */
    void held(String answer) throws IOException {
        Table.put(attack, answer, String.join("; ", figures));
    }
}
