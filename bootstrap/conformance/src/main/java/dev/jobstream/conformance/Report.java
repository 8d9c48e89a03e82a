package dev.jobstream.conformance;

import dev.jobstream.conformance.Result.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Results for people. */
final class Report {

    private static final int WIDTH = 100;

    private Report() {}

    /** What each check holds a server to. */
    static String list() {
        StringBuilder text = new StringBuilder();
        Section section = null;
        for (Suite.Numbered check : Suite.checks()) {
            if (!check.section().equals(section)) {
                section = check.section();
                text.append(text.isEmpty() ? "" : "\n").append(head(check.number(), section));
            }
            text.append("  %-5s %s%n".formatted(check.number(), check.check().title()));
            wrapped(text, "“" + check.check().rule() + "”");
        }
        return text.toString();
    }

    static String of(List<Result> results) {
        StringBuilder text = new StringBuilder();
        Section section = null;
        for (Result result : results) {
            if (!result.section().equals(section)) {
                section = result.section();
                text.append(text.isEmpty() ? "" : "\n").append(head(result.number(), section));
            }
            text.append("  %-5s %-7s %s%n"
                    .formatted(
                            result.number(),
                            word(result.outcome()),
                            result.check().title()));
            if (result.outcome() == Outcome.FAILED) {
                wrapped(text, "“" + result.check().rule() + "”");
            }
            if (!result.detail().isEmpty()) {
                wrapped(text, result.detail());
            }
        }
        return text.append("%n%d passed, %d failed, %d skipped%n"
                        .formatted(
                                count(results, Outcome.PASSED),
                                count(results, Outcome.FAILED),
                                count(results, Outcome.SKIPPED)))
                .toString();
    }

    static long count(List<Result> results, Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> "passed";
            case FAILED -> "FAILED";
            case SKIPPED -> "skipped";
        };
    }

    private static String head(String number, Section section) {
        return number.substring(0, number.indexOf('.')) + "  " + section.title() + "\n";
    }

    private static void wrapped(StringBuilder text, String detail) {
        List<String> lines = new ArrayList<>(List.of(""));
        for (String word : detail.split(" ")) {
            int last = lines.size() - 1;
            String line = lines.get(last);
            if (line.length() + word.length() > WIDTH && !line.isEmpty()) {
                lines.add(word);
            } else {
                lines.set(last, line.isEmpty() ? word : line + " " + word);
            }
        }
        lines.forEach(line -> text.append(" ".repeat(16)).append(line).append('\n'));
    }
}
