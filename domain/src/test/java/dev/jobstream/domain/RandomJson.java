package dev.jobstream.domain;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** Writes random JSON objects, valid by construction, and breaks them. The same seed gives the same documents. */
final class RandomJson {

    private static final String[] SPACES = {"", "", "", " ", "\t", "\n", "\r", "\r\n", "  ", "\n\n", "\r\r\n \n"};
    private static final String[] NUMBERS = {
        "0", "-0", "1", "-1.50", "1e400", "-1E-400", "0e+0", "9007199254740993", "18446744073709551616", "0.1e1"
    };
    private static final String[] PIECES = {
        "a",
        "key",
        " ",
        "é",
        "€",
        "🚀",
        "\u2028",
        "\u2029",
        "\u007f",
        "\u0085",
        "\ufeff",
        "\\n",
        "\\r",
        "\\\\",
        "\\\"",
        "\\/",
        "\\u0000",
        "\\u000a",
        "\\uD83D\\uDE80",
        "\\ud800",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "'",
        "//"
    };
    private static final String HANDY = "{}[]:,\"\\ \n\r\t0123456789.-+eEtrufalsn/'\0\u007f#";

    private final Random random;

    RandomJson(long seed) {
        this.random = new Random(seed);
    }

    /** An object in random white space. */
    String document() {
        StringBuilder json = new StringBuilder();
        space(json);
        object(json, 1 + random.nextInt(5));
        space(json);
        return json.toString();
    }

    private void object(StringBuilder json, int depth) {
        json.append('{');
        space(json);
        int members = random.nextInt(5);
        for (int i = 0; i < members; i++) {
            json.append(i == 0 ? "" : ",");
            space(json);
            string(json);
            space(json);
            json.append(':');
            space(json);
            value(json, depth - 1);
            space(json);
        }
        json.append('}');
    }

    private void array(StringBuilder json, int depth) {
        json.append('[');
        space(json);
        int elements = random.nextInt(5);
        for (int i = 0; i < elements; i++) {
            json.append(i == 0 ? "" : ",");
            space(json);
            value(json, depth - 1);
            space(json);
        }
        json.append(']');
    }

    private void value(StringBuilder json, int depth) {
        switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> json.append(random.nextBoolean());
            case 1 -> json.append("null");
            case 2 -> string(json);
            case 3 -> json.append(pick(NUMBERS));
            case 4 -> json.append(random.nextLong());
            case 5 -> array(json, depth);
            default -> object(json, depth);
        }
    }

    private void string(StringBuilder json) {
        json.append('"');
        for (int pieces = random.nextInt(6); pieces > 0; pieces--) {
            json.append(pick(PIECES));
        }
        json.append('"');
    }

    private void space(StringBuilder json) {
        json.append(pick(SPACES));
    }

    /** The bytes with one to three of them flipped, replaced, deleted, inserted or repeated, or the end cut off. */
    byte[] mutate(byte[] json) {
        byte[] mutant = json;
        for (int times = 1 + random.nextInt(3); times > 0 && mutant.length > 0; times--) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(6)) {
                case 0 -> mutant = splice(mutant, at, at + 1, (byte) (mutant[at] ^ 1 << random.nextInt(8)));
                case 1 -> mutant = splice(mutant, at, at + 1, handy());
                case 2 -> mutant = splice(mutant, at, Math.min(mutant.length, at + 1 + random.nextInt(4)));
                case 3 -> mutant = splice(mutant, at, at, handy());
                case 4 -> mutant = splice(mutant, at, at, (byte) random.nextInt());
                default ->
                    mutant = random.nextInt(4) == 0
                            ? splice(mutant, at, mutant.length)
                            : splice(mutant, at, at, mutant[at]);
            }
        }
        return mutant;
    }

    private byte handy() {
        return (byte) HANDY.charAt(random.nextInt(HANDY.length()));
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte... instead) {
        ByteArrayOutputStream result = new ByteArrayOutputStream(bytes.length + instead.length);
        result.write(bytes, 0, from);
        result.writeBytes(instead);
        result.write(bytes, to, bytes.length - to);
        return result.toByteArray();
    }

    private String pick(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
