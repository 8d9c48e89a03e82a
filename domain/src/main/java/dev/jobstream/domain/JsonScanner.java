package dev.jobstream.domain;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A strict recogniser of RFC 8259 JSON in UTF-8 that finds where values begin and end without building them, so that
 * what it has passed can be handed on byte for byte. It accepts nothing that the grammar does not: no raw control
 * character in a string, no byte order mark, no overlong or surrogate UTF-8. Nesting is counted, not recursed.
 */
final class JsonScanner {

    private final byte[] json;
    private final int begin;
    private final int end;
    private int at;
    private boolean sawLineBreak;

    JsonScanner(byte[] json, int from, int to) {
        this.json = json;
        this.begin = from;
        this.at = from;
        this.end = to;
    }

    /** The byte under the cursor, or -1 at the end. */
    int peek() {
        return at < end ? json[at] : -1;
    }

    /** Passes the byte if it is the next one. */
    boolean take(char expected) {
        if (peek() == expected) {
            at++;
            return true;
        }
        return false;
    }

    void expect(char expected) {
        if (!take(expected)) {
            throw malformed("expected '" + expected + "'");
        }
    }

    void skipSpace() {
        for (; at < end; at++) {
            byte b = json[at];
            if (b == '\n' || b == '\r') {
                sawLineBreak = true;
            } else if (b != ' ' && b != '\t') {
                return;
            }
        }
    }

    /** Nothing but white space may follow. */
    void end() {
        skipSpace();
        if (at < end) {
            throw malformed("expected the end");
        }
    }

    /** Passes one object and returns it as event data. */
    EventData object() {
        if (peek() != '{') {
            throw malformed("expected a JSON object");
        }
        int from = at;
        boolean before = sawLineBreak;
        sawLineBreak = false;
        skipValue();
        boolean folds = sawLineBreak;
        sawLineBreak = before;
        return EventData.scanned(json, from, at, folds);
    }

    /** Passes one string and returns what it says. */
    String string() {
        int from = at;
        boolean plain = skipString();
        String raw = new String(json, from + 1, at - from - 2, StandardCharsets.UTF_8);
        return plain ? raw : unescape(raw);
    }

    /** Passes one string; {@code null} and the value passed if it is something else. */
    @Nullable
    String stringOrSkip() {
        if (peek() == '"') {
            return string();
        }
        skipValue();
        return null;
    }

    /** Passes one value of any kind. */
    void skipValue() {
        long[] arrays = new long[EventData.MAX_DEPTH / Long.SIZE];
        int depth = 0;
        while (true) {
            // Here a value must begin.
            switch (peek()) {
                case '{' -> {
                    int inside = push(arrays, depth, false);
                    at++;
                    skipSpace();
                    if (!take('}')) {
                        depth = inside;
                        key();
                        continue;
                    }
                }
                case '[' -> {
                    int inside = push(arrays, depth, true);
                    at++;
                    skipSpace();
                    if (!take(']')) {
                        depth = inside;
                        continue;
                    }
                }
                case '"' -> skipString();
                case 't' -> literal("true");
                case 'f' -> literal("false");
                case 'n' -> literal("null");
                default -> number();
            }
            // Here a value has ended: close what it ends, or go on to the next.
            while (true) {
                if (depth == 0) {
                    return;
                }
                boolean inArray = (arrays[(depth - 1) / Long.SIZE] & 1L << (depth - 1)) != 0;
                skipSpace();
                if (take(',')) {
                    skipSpace();
                    if (!inArray) {
                        key();
                    }
                    break;
                }
                expect(inArray ? ']' : '}');
                depth--;
            }
        }
    }

    private int push(long[] arrays, int depth, boolean array) {
        if (depth == EventData.MAX_DEPTH) {
            throw malformed("nested deeper than " + EventData.MAX_DEPTH);
        }
        long bit = 1L << depth;
        arrays[depth / Long.SIZE] = array ? arrays[depth / Long.SIZE] | bit : arrays[depth / Long.SIZE] & ~bit;
        return depth + 1;
    }

    private void key() {
        skipString();
        colon();
    }

    /** Passes the colon behind a key and the white space around it. */
    void colon() {
        skipSpace();
        expect(':');
        skipSpace();
    }

    private void literal(String word) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
    }

    private void number() {
        take('-');
        if (!take('0')) {
            digits();
        }
        if (take('.')) {
            digits();
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            digits();
        }
    }

    private void digits() {
        int from = at;
        while (at < end && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw malformed("expected a JSON value");
        }
    }

    /** Passes a string; whether it had no escape. */
    private boolean skipString() {
        expect('"');
        boolean plain = true;
        while (at < end) {
            byte b = json[at];
            if (b == '"') {
                at++;
                return plain;
            }
            if (b == '\\') {
                plain = false;
                escape();
            } else if (b < 0) {
                utf8();
            } else if (b < 0x20) {
                throw malformed("unescaped control character in a string");
            } else {
                at++;
            }
        }
        throw malformed("string without an end");
    }

    private void escape() {
        at++;
        switch (peek()) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at++;
            case 'u' -> {
                at++;
                for (int i = 0; i < 4; i++, at++) {
                    if (Character.digit(peek(), 16) < 0) {
                        throw malformed("expected four hexadecimal digits");
                    }
                }
            }
            default -> throw malformed("unknown escape");
        }
    }

    /** Well-formed UTF-8 of more than one byte, as in table 3-7 of the Unicode Standard. */
    private void utf8() {
        int lead = json[at] & 0xff;
        int low = 0x80;
        int high = 0xbf;
        int more;
        if (lead >= 0xc2 && lead <= 0xdf) {
            more = 1;
        } else if (lead >= 0xe0 && lead <= 0xef) {
            more = 2;
            low = lead == 0xe0 ? 0xa0 : low;
            high = lead == 0xed ? 0x9f : high;
        } else if (lead >= 0xf0 && lead <= 0xf4) {
            more = 3;
            low = lead == 0xf0 ? 0x90 : low;
            high = lead == 0xf4 ? 0x8f : high;
        } else {
            throw malformed("not UTF-8");
        }
        at++;
        for (int i = 0; i < more; i++, at++) {
            int b = at < end ? json[at] & 0xff : -1;
            if (b < low || b > high) {
                throw malformed("not UTF-8");
            }
            low = 0x80;
            high = 0xbf;
        }
    }

    private static String unescape(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            c = raw.charAt(++i);
            switch (c) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> text.append(c);
            }
        }
        return text.toString();
    }

    InvalidEventException malformed(String what) {
        return new InvalidEventException("malformed JSON at byte " + (at - begin) + ": " + what);
    }
}
