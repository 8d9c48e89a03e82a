package dev.jobstream.conformance;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What checks compare with. Whatever a server has sent is bounded and escaped before anybody reads it. */
final class Expect {

    private static final int MOST_CHARACTERS = 160;

    private Expect() {}

    static void equal(String what, @Nullable Object expected, @Nullable Object seen) {
        if (!Objects.equals(expected, seen)) {
            throw new Failure(what + " " + show(expected), show(seen));
        }
    }

    static void that(boolean holds, String expected, @Nullable Object seen) {
        if (!holds) {
            throw new Failure(expected, show(seen));
        }
    }

    /** Compares element by element, so that the first difference is told, and not all of a long list. */
    static void same(String what, List<?> expected, List<?> seen) {
        for (int i = 0; i < Math.min(expected.size(), seen.size()); i++) {
            equal(what + " number " + (i + 1) + " of " + expected.size() + " as", expected.get(i), seen.get(i));
        }
        if (expected.size() != seen.size()) {
            Object odd = expected.size() > seen.size() ? expected.get(seen.size()) : seen.get(expected.size());
            throw new Failure(
                    expected.size() + " times " + what,
                    seen.size() + "; the first " + (expected.size() > seen.size() ? "missing" : "unexpected") + " is "
                            + show(odd));
        }
    }

    /** A refusal before the first byte: RFC 9457. */
    static void problem(Answer answer, int status) {
        equal("status", status, answer.status());
        String type = answer.header("Content-Type");
        that(
                type != null && mediaType(type).equals("application/problem+json"),
                "a status " + status + " with Content-Type: application/problem+json",
                type);
        Json document = answer.json();
        Json told = document.member("status");
        that(
                told == null || told.text().equals(String.valueOf(status)),
                "status " + status + " in it",
                document.text());
    }

    static String mediaType(String contentType) {
        return contentType.replaceAll(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    /** On one line, printable, of bounded length. */
    static String show(@Nullable Object value) {
        if (value == null) {
            return "nothing";
        }
        String text = escaped(value.toString());
        return value instanceof CharSequence ? "'" + text + "'" : text;
    }

    private static String escaped(String text) {
        StringBuilder shown = new StringBuilder();
        int cut = Math.min(text.length(), MOST_CHARACTERS);
        text.substring(0, cut).codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default -> {
                    if (isPlain(c)) {
                        shown.appendCodePoint(c);
                    } else {
                        shown.append("\\u{%x}".formatted(c));
                    }
                }
            }
        });
        if (cut < text.length()) {
            shown.append("… (").append(text.length()).append(" characters)");
        }
        return shown.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
