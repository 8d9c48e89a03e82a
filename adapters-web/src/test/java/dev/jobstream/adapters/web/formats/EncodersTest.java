package dev.jobstream.adapters.web.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What goes into the encoders comes out of them, as a parser that is not ours reads it: with seeds, whatever text it is. */
class EncodersTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int RUNS = Integer.getInteger("jobstream.runs", 2_000);
    private static final List<String> TYPES = List.of("step.output", "step.started", "ai.tokens_used", "a.b_c.9");

    private final Random random = new Random(18);

    private final List<String> texts = new ArrayList<>();

    /** A run of events, whose chunks are noted. */
    private EventBatch batch() {
        texts.clear();
        List<JobEvent> events = new ArrayList<>();
        EventId last = new EventId(1, 0);
        for (int n = random.nextInt(5); n >= 0; n--) {
            String text = text();
            EventType type = new EventType(TYPES.get(random.nextInt(TYPES.size())));
            EventId id = new EventId(last.time() + random.nextInt(2), last.sequence() + 1);
            events.add(JobEvent.journaled(id, last, type, EventData.parse("{\"chunk\":\"" + escaped(text) + "\"}")));
            texts.add(text);
            last = id;
        }
        return Objects.requireNonNull(EventBatch.of(new EventId(1, 0), new JournalPage(events, false, true)));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(12); n > 0; n--) {
            switch (random.nextInt(6)) {
                case 0 -> text.append("\r\n\0\u0085\u2028\u2029\u001b\"\\/\ud83d".charAt(random.nextInt(11)));
                case 1 -> text.append((char) (0xD800 + random.nextInt(0x800)));
                case 2 -> text.appendCodePoint(random.nextInt(0x110000));
                case 3 -> text.append("\ndata: x\nid: 1\n\n");
                default -> text.append((char) random.nextInt(0x80));
            }
        }
        return text.toString();
    }

    /** Half of a pair can stand in JSON as an escape only; all else may be either where it may stand as it is. */
    private String escaped(String text) {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair && random.nextBoolean()) {
                json.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c) || c < 0x20 || c == '"' || c == '\\' || random.nextInt(8) == 0) {
                json.append("\\u").append("%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.toString();
    }

    private static JsonNode parsed(String json) {
        return JSON.readTree(json);
    }

    private static List<String> ids(EventBatch batch) {
        return batch.events().stream()
                .map(event -> event.journaledId().toString())
                .toList();
    }

    @Test
    void aLineIsAnEnvelope() {
        for (int run = 0; run < RUNS; run++) {
            EventBatch batch = batch();
            String written = new String(NdjsonFormat.INSTANCE.encoder().apply(batch), StandardCharsets.UTF_8);

            List<JsonNode> lines = new ArrayList<>();
            for (String line : written.substring(0, written.length() - 1).split("\n", -1)) {
                assertThat(line).doesNotContain("\r");
                lines.add(parsed(line));
            }
            assertThat(written).endsWith("}\n");
            assertThat(lines).extracting(line -> line.get("id").asString()).isEqualTo(ids(batch));
            assertThat(lines)
                    .extracting(line -> line.get("data").get("chunk").asString())
                    .isEqualTo(texts);
        }
    }

    @Test
    void aBlockIsAnEvent() {
        for (int run = 0; run < RUNS; run++) {
            EventBatch batch = batch();
            String written = new String(SseFormat.INSTANCE.encoder().apply(batch), StandardCharsets.UTF_8);

            String[] blocks = written.split("\n\n", -1);
            assertThat(blocks).hasSize(batch.size() + 1);
            for (int i = 0; i < batch.size(); i++) {
                String[] lines = blocks[i].split("[\r\n]", -1);
                assertThat(lines).hasSize(3);
                assertThat(lines[0]).isEqualTo("id: " + ids(batch).get(i));
                assertThat(lines[1])
                        .isEqualTo("event: " + batch.events().get(i).type().name());
                assertThat(lines[2]).startsWith("data: {");
                assertThat(parsed(lines[2].substring(6)).get("chunk").asString())
                        .isEqualTo(texts.get(i));
            }
        }
    }

    @Test
    void textIsTheOutputAlone() {
        for (int run = 0; run < RUNS; run++) {
            EventBatch batch = batch();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < batch.size(); i++) {
                if (batch.events().get(i).type().name().equals("step.output")) {
                    texts.get(i)
                            .codePoints()
                            .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
                            .forEach(expected::appendCodePoint);
                }
            }

            assertThat(TextFormat.INSTANCE.encoder().apply(batch))
                    .isEqualTo(expected.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
