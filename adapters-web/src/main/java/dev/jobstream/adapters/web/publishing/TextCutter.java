package dev.jobstream.adapters.web.publishing;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.NewEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * The output of a step as its program wrote it: it becomes {@code step.output} events, cut at line ends, or where it has waited
 * for too long, but never inside a character. What is no UTF-8 becomes U+FFFD.
 */
final class TextCutter implements EventCutter {

    /** The most of the output in one event. */
    static final int CHUNK_BYTES = 64 * 1024;

    private static final EventType OUTPUT = EventType.of("step.output");
    private static final byte[] NOTHING = {};

    private final byte[] beforeChunk;
    private final int mostData;
    private byte[] held = NOTHING;
    private int size;

    /**
     * @param mostData the most bytes of an event's data: output that takes more once it is JSON is cut into several, as far as
     *     that goes
     */
    TextCutter(String stepId, int mostData) {
        this.beforeChunk = ("{\"stepId\":\"" + quoted(stepId) + "\",\"chunk\":\"").getBytes(StandardCharsets.UTF_8);
        this.mostData = mostData;
    }

    private static String quoted(String text) {
        return String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text));
    }

    @Override
    public void add(byte[] piece, int length, Consumer<NewEvent> events) {
        int from = 0;
        while (from < length) {
            int count = Math.min(length - from, CHUNK_BYTES - size);
            if (held.length < size + count) {
                held = Arrays.copyOf(held, Math.min(CHUNK_BYTES, Math.max(size + count, 2 * held.length)));
            }
            System.arraycopy(piece, from, held, size, count);
            from += count;
            size += count;
            int cut = behindLastLine(count);
            give(cut > 0 || size < CHUNK_BYTES ? cut : behindLastCharacter(), events);
        }
    }

    @Override
    public void hurry(Consumer<NewEvent> events) {
        give(behindLastCharacter(), events);
    }

    @Override
    public void end(Consumer<NewEvent> events) {
        give(size, events);
    }

    @Override
    public int held() {
        return size;
    }

    @Override
    public boolean canHurry() {
        return behindLastCharacter() > 0;
    }

    /** Behind the last line end in what has just come; there is none before. 0 if there is none. */
    private int behindLastLine(int count) {
        for (int at = size; at > size - count; at--) {
            if (held[at - 1] == '\n') {
                return at;
            }
        }
        return 0;
    }

    /** Behind what needs no more bytes to be read: a character that has begun and may still end well is left. */
    private int behindLastCharacter() {
        for (int back = 1; back <= Math.min(3, size); back++) {
            int b = held[size - back] & 0xff;
            if (b < 0x80) {
                return size;
            }
            if (b >= 0xc0) { // The first byte of a character.
                int length = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
                return length > back ? size - back : size;
            }
        }
        return size;
    }

    private void give(int to, Consumer<NewEvent> events) {
        if (to == 0) {
            return;
        }
        output(new String(held, 0, to, StandardCharsets.UTF_8), events);
        size -= to;
        if (size == 0) {
            held = NOTHING; // A publisher that is silent holds nothing.
        } else {
            System.arraycopy(held, to, held, 0, size);
        }
    }

    private void output(String text, Consumer<NewEvent> events) {
        byte[] chunk = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        int length = beforeChunk.length + chunk.length + 2;
        if (length > mostData && text.length() > 2) {
            int middle = text.length() / 2;
            // Not backwards: of a pair and one more character nothing would be cut off, for ever.
            middle += Character.isLowSurrogate(text.charAt(middle)) ? 1 : 0;
            output(text.substring(0, middle), events);
            output(text.substring(middle), events);
            return;
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream(length);
        data.writeBytes(beforeChunk);
        data.writeBytes(chunk);
        data.write('"');
        data.write('}');
        events.accept(new NewEvent(OUTPUT, EventData.parse(data.toByteArray())));
    }
}
