package dev.jobstream.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value (RFC 8259) with the text that it was read from: data is compared as it stands, since it is to come byte for
 * byte.
 *
 * @param text as it stood in the document
 * @param members of an object, in its order; empty for any other value
 * @param elements of an array; empty for any other value
 * @param string of a string, with its escapes read; {@code null} for any other value
 */
record Json(
        String text,
        Map<String, Json> members,
        List<Json> elements,
        @Nullable String string) {

    private static final int DEEPEST = 200;

    /**
     * Reads a whole document.
     *
     * @throws Failure if it is not JSON
     */
    static Json parse(String document) {
        Parser parser = new Parser(document);
        Json value = parser.value(0);
        parser.space();
        if (parser.at < document.length()) {
            throw parser.malformed();
        }
        return value;
    }

    @Nullable
    Json member(String name) {
        return members.get(name);
    }

    /** The string of this name; {@code null} if there is none. */
    @Nullable
    String stringOf(String name) {
        Json member = members.get(name);
        return member == null ? null : member.string;
    }

    boolean isObject() {
        return text.startsWith("{");
    }

    boolean isArray() {
        return text.startsWith("[");
    }

    boolean isNull() {
        return text.equals("null");
    }

    /** As a string is written: quoted, its control characters escaped. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c)) {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static final class Parser {

        private final String document;
        private int at;

        Parser(String document) {
            this.document = document;
        }

        Failure malformed() {
            return new Failure("JSON", Expect.show(document) + ", which is none at " + at);
        }

        void space() {
            while (at < document.length() && " \t\r\n".indexOf(document.charAt(at)) >= 0) {
                at++;
            }
        }

        private char next() {
            if (at == document.length()) {
                throw malformed();
            }
            return document.charAt(at++);
        }

        private boolean takes(char c) {
            space();
            if (at < document.length() && document.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private void require(char c) {
            if (!takes(c)) {
                throw malformed();
            }
        }

        Json value(int depth) {
            space();
            if (at == document.length() || depth > DEEPEST) {
                throw malformed();
            }
            int from = at;
            return switch (document.charAt(at)) {
                case '{' -> object(depth);
                case '[' -> array(depth);
                case '"' -> {
                    String string = string();
                    yield new Json(document.substring(from, at), Map.of(), List.of(), string);
                }
                default -> literal();
            };
        }

        private Json object(int depth) {
            int from = at++;
            Map<String, Json> members = new LinkedHashMap<>();
            if (!takes('}')) {
                do {
                    space();
                    String name = string();
                    require(':');
                    members.put(name, value(depth + 1));
                } while (takes(','));
                require('}');
            }
            return new Json(document.substring(from, at), members, List.of(), null);
        }

        private Json array(int depth) {
            int from = at++;
            List<Json> elements = new ArrayList<>();
            if (!takes(']')) {
                do {
                    elements.add(value(depth + 1));
                } while (takes(','));
                require(']');
            }
            return new Json(document.substring(from, at), Map.of(), elements, null);
        }

        private Json literal() {
            int from = at;
            while (at < document.length() && ",]} \t\r\n".indexOf(document.charAt(at)) < 0) {
                at++;
            }
            String text = document.substring(from, at);
            if (!text.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
                throw malformed();
            }
            return new Json(text, Map.of(), List.of(), null);
        }

        private String string() {
            if (next() != '"') {
                throw malformed();
            }
            StringBuilder string = new StringBuilder();
            for (char c = next(); c != '"'; c = next()) {
                if (c < 0x20) {
                    throw malformed();
                }
                string.append(c == '\\' ? escape() : c);
            }
            return string.toString();
        }

        private char escape() {
            char c = next();
            int known = "\"\\/bfnrt".indexOf(c);
            if (known >= 0) {
                return "\"\\/\b\f\n\r\t".charAt(known);
            }
            if (c != 'u' || at + 4 > document.length()) {
                throw malformed();
            }
            String digits = document.substring(at, at + 4);
            if (!digits.matches("[0-9a-fA-F]{4}")) {
                throw malformed();
            }
            at += 4;
            return (char) Integer.parseInt(digits, 16);
        }
    }
}
