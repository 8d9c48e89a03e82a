package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares our verdict with Jackson's on thousands of documents. Jackson reads characters, decoded strictly beforehand,
 * since from bytes it would guess UTF-16 and UTF-32; and it reads tokens without making numbers of them, since a number
 * can be good JSON and yet more than Java holds. What remains must agree without exception.
 *
 * <p>Each run takes a new seed; {@code -Djobstream.seed=} repeats one.
 */
class JsonDifferentialTest {

    private static final int DOCUMENTS = 4_000;
    private static final int MUTANTS_EACH = 10;

    private static final JsonFactory JACKSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(EventData.MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();
    private static final JsonMapper TREES = JsonMapper.builder(JACKSON)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Test
    void bothTakeEveryValidDocumentAndReadTheSameAfterFolding() {
        forEachDocument(document -> {
            String ours = EventData.parse(document).toString();

            assertThat(jacksonRefusal(document)).isNull();
            assertThat(ours).isEqualTo(document.strip().replaceAll("\r\n|\r|\n", " "));
            assertThat(TREES.readTree(ours)).isEqualTo(TREES.readTree(document));
        });
    }

    @Test
    void bothSayTheSameOfEveryMutant() {
        int[] taken = new int[1];
        int[] refused = new int[1];
        long seed = seed();
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] document = random.document().getBytes(StandardCharsets.UTF_8);
            for (int j = 0; j < MUTANTS_EACH; j++) {
                byte[] mutant = random.mutate(document);
                String ours = ourRefusal(mutant);
                String theirs = theirRefusal(mutant);
                assertThat(ours == null)
                        .as(
                                "seed %d, document %d.%d, %s, we say: %s, Jackson says: %s",
                                seed, i, j, HexFormat.of().formatHex(mutant), ours, theirs)
                        .isEqualTo(theirs == null);
                (ours == null ? taken : refused)[0]++;
            }
        }
        assertThat(taken[0]).as("mutants that are still JSON").isGreaterThan(DOCUMENTS);
        assertThat(refused[0]).as("mutants that are not").isGreaterThan(DOCUMENTS);
    }

    @Test
    void noLineBreakSurvivesInWhatWeTake() {
        long seed = seed();
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] mutant = random.mutate(random.document().getBytes(StandardCharsets.UTF_8));
            if (ourRefusal(mutant) == null) {
                assertThat(EventData.parse(mutant).toByteArray())
                        .as("seed %d, document %d", seed, i)
                        .doesNotContain((byte) '\r', (byte) '\n');
            }
        }
    }

    private static void forEachDocument(Consumer<String> check) {
        long seed = seed();
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            String document = random.document();
            assertThatCode(() -> check.accept(document))
                    .as("seed %d, document %d: %s", seed, i, document)
                    .doesNotThrowAnyException();
        }
    }

    private static long seed() {
        return Long.getLong("jobstream.seed", RandomGenerator.getDefault().nextLong());
    }

    /** Why we refuse the document; {@code null} if we take it. */
    private static @Nullable String ourRefusal(byte[] json) {
        try {
            EventData.parse(json);
            return null;
        } catch (InvalidEventException e) {
            return e.getMessage();
        }
    }

    private static @Nullable String theirRefusal(byte[] json) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            return "not UTF-8";
        }
        return jacksonRefusal(text);
    }

    /** Why Jackson refuses the text, or that it is not exactly one object; {@code null} if it is. */
    private static @Nullable String jacksonRefusal(String json) {
        try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return "not an object";
            }
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return "cut off";
                }
                // Jackson passes over the inside of a string, unless it is asked for.
                parser.getString();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
            return parser.nextToken() == null ? null : "something behind the object";
        } catch (JacksonException e) {
            return e.getOriginalMessage();
        }
    }
}
