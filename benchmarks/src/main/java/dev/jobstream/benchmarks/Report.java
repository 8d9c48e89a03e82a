package dev.jobstream.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

final class Report {
    private Report() {}

    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    static void write(Results results, Path docs) throws IOException {
        throw new IOException("todo " + results + docs);
    }
}
