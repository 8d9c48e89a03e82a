package dev.jobstream.adapters.redis;

/** Makes a text that a stranger may have written fit for one line of the log. */
final class LogText {

    private static final int MOST_CHARACTERS = 200;

    private LogText() {}

    /** The text without anything that ends a line or moves a terminal's cursor, and of a bounded length. */
    static String of(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), MOST_CHARACTERS));
        text.codePoints().limit(MOST_CHARACTERS).forEach(c -> {
            if (isPlain(c)) {
                line.appendCodePoint(c);
            } else {
                line.append(String.format("\\u{%x}", c));
            }
        });
        return text.codePointCount(0, text.length()) > MOST_CHARACTERS
                ? line.append('…').toString()
                : line.toString();
    }

    /** Neither a control character, nor a separator of lines, nor one that turns the direction of others. */
    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
