package dev.jobstream.adapters.web.formats;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/**
 * A job's output as it came, and no other byte: the {@code chunk} of each {@code step.output}, in UTF-8. Half of a surrogate
 * pair, which UTF-8 cannot carry, becomes U+FFFD.
 */
public final class TextFormat implements StreamFormat {

    /** The only one. */
    public static final TextFormat INSTANCE = new TextFormat();

    private static final MediaType TYPE = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);
    private static final EventType OUTPUT = EventType.of("step.output");
    private static final String CHUNK = "chunk";
    private static final EventFilter OUTPUT_ALONE = new EventFilter(List.of(OUTPUT.name()));
    private static final EventFilter THE_END_ALONE = new EventFilter(List.of());
    private static final byte[] NOTHING = {};
    private static final char REPLACEMENT = '\uFFFD';

    private final Function<EventBatch, byte[]> encoder = TextFormat::encode;

    private TextFormat() {}

    @Override
    public MediaType mediaType() {
        return TYPE;
    }

    @Override
    public EventFilter shows(@Nullable EventFilter wanted) {
        return wanted == null || wanted.passes(OUTPUT) ? OUTPUT_ALONE : THE_END_ALONE;
    }

    @Override
    public byte[] opening(@Nullable EventId position) {
        return NOTHING;
    }

    @Override
    public byte[] position(EventId id) {
        return NOTHING;
    }

    @Override
    public Function<EventBatch, byte[]> encoder() {
        return encoder;
    }

    @Override
    public byte[] heartbeat() {
        return NOTHING;
    }

    @Override
    public byte[] closing(EndReason reason) {
        return NOTHING;
    }

    private static byte[] encode(EventBatch batch) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        batch.forEach(new EventBatch.Visitor() {
            @Override
            public void event(JobEvent event) {
                String chunk = event.type().equals(OUTPUT) ? event.data().text(CHUNK) : null;
                if (chunk != null) {
                    out.writeBytes(wellFormed(chunk).getBytes(StandardCharsets.UTF_8));
                }
            }

            @Override
            public void gap(EventId after, @Nullable EventId resumesAt) {
                // There are no words for it in a job's output.
            }
        });
        return out.toByteArray();
    }

    /** Not left to the encoder, which writes a question mark. */
    private static String wellFormed(String text) {
        StringBuilder repaired = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            repaired = repaired == null ? new StringBuilder(text) : repaired;
            repaired.setCharAt(i, REPLACEMENT);
        }
        return repaired == null ? text : repaired.toString();
    }
}
