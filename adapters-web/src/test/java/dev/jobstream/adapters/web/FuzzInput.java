package dev.jobstream.adapters.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the targets of the fuzzer have in common. */
public final class FuzzInput {

    private static final int DEEPER_THAN_ANY = 600;

    /** Reads whatever is JSON, and says nothing of the size of numbers. */
    public static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPER_THAN_ANY)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** A string, or a number whose exponent is no int: JSON allows it (RFC 8259, 6), and Jackson ends at it. */
    private static final Pattern STRING_OR_LONG_EXPONENT =
            Pattern.compile("(\"(?:[^\"\\\\]++|\\\\.)*+\")|([0-9][eE][+-]?[0-9]{4})[0-9]+", Pattern.DOTALL);

    /** An escape; its group is there only if it is a whole one. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\([^u]|u[0-9A-Fa-f]{4})?", Pattern.DOTALL);

    private FuzzInput() {}

    /**
     * What Jackson makes of JSON, in which long exponents are cut short: those of equal texts alike.
     *
     * <p>Of a hexadecimal digit of an escape Jackson looks at the lower eight bits alone, and so takes U+0436 for a 6: what
     * has such an escape is no JSON (RFC 8259, 7).
     */
    public static JsonNode tree(JsonMapper jackson, String json) {
        if (ESCAPE.matcher(json).results().anyMatch(escape -> escape.group(1) == null)) {
            throw new StreamReadException("an escape that is none");
        }
        return jackson.readTree(STRING_OR_LONG_EXPONENT.matcher(json).replaceAll("$1$2"));
    }

    public static JsonNode tree(String json) {
        return tree(JSON, json);
    }

    /** The parts between these bytes. */
    public static List<byte[]> split(byte[] input, byte between) {
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < input.length; i++) {
            if (input[i] == between) {
                parts.add(Arrays.copyOfRange(input, from, i));
                from = i + 1;
            }
        }
        parts.add(Arrays.copyOfRange(input, from, input.length));
        return parts;
    }

    /** As an assertion of AssertJ's, which would take most of the time. */
    public static void same(Object is, Object expected) {
        if (!Objects.equals(is, expected)) {
            throw new AssertionError("is " + is + " instead of " + expected);
        }
    }
}
