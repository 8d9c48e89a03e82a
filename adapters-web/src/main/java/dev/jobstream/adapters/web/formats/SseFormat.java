package dev.jobstream.adapters.web.formats;

import static dev.jobstream.adapters.web.formats.AsciiBuffer.ascii;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/**
 * Server-Sent Events: a block of {@code id}, {@code event} and {@code data} lines for each event.
 *
 * <p>The blocks are written raw, past Spring's own protection against line breaks. Nothing can break out of its line here:
 * ids are digits and a dash, types are dotted words, and {@code EventData} has neither CR nor LF.
 */
public final class SseFormat implements StreamFormat {

    /** The only one. */
    public static final SseFormat INSTANCE = new SseFormat();

    /** How long a client waits by default before it comes back, in milliseconds. */
    private static final int RETRY_MILLIS = 3_000;

    /** The longest time over which clients that are sent away are spread, in milliseconds. */
    private static final int SPREAD_MILLIS = 10_000;

    private static final MediaType TYPE = new MediaType(MediaType.TEXT_EVENT_STREAM, StandardCharsets.UTF_8);
    private static final String START = "retry: " + RETRY_MILLIS + "\n: jobstream\n";
    private static final byte[] OPENING = ascii(START + "\n");
    private static final byte[] HEARTBEAT = ascii(":\n\n");
    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT_AFTER_ID = ascii("\nevent: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("\ndata: ");
    private static final byte[] END = ascii("\n\n");
    private static final byte[] NOTHING = {};
    private static final int TYPICAL_BLOCK = 256;

    private final Function<EventBatch, byte[]> encoder = SseFormat::encode;

    private SseFormat() {}

    @Override
    public MediaType mediaType() {
        return TYPE;
    }

    /** For an {@code EventSource} any status but 200 is the end. */
    @Override
    public boolean isBlindToRefusals() {
        return true;
    }

    @Override
    public byte[] opening(@Nullable EventId position) {
        return position == null ? OPENING : ascii(START + "id: " + position + "\n\n");
    }

    @Override
    public byte[] position(EventId id) {
        return ascii("id: " + id + "\n\n");
    }

    @Override
    public Function<EventBatch, byte[]> encoder() {
        return encoder;
    }

    @Override
    public byte[] heartbeat() {
        return HEARTBEAT;
    }

    @Override
    public byte[] closing(EndReason reason) {
        String data = ControlEvents.closing(reason);
        if (data == null) {
            return NOTHING;
        }
        String retry = reason.reconnect() ? "retry: " + jitteredRetry() + "\n" : "";
        return ascii(retry + "event: " + ControlEvents.CLOSING + "\ndata: " + data + "\n\n");
    }

    private static int jitteredRetry() {
        return ThreadLocalRandom.current().nextInt(SPREAD_MILLIS / 10, SPREAD_MILLIS + 1);
    }

    private static byte[] encode(EventBatch batch) {
        AsciiBuffer out = new AsciiBuffer(batch.size() * TYPICAL_BLOCK);
        batch.forEach(new EventBatch.Visitor() {
            @Override
            public void event(JobEvent event) {
                EventId id = event.id();
                if (id == null) {
                    out.put(EVENT);
                } else {
                    out.put(ID).put(id.toString()).put(EVENT_AFTER_ID);
                }
                out.put(event.type().name()).put(DATA).put(event.data()).put(END);
            }

            @Override
            public void gap(EventId after, @Nullable EventId resumesAt) {
                out.put(EVENT).put(ControlEvents.GAP);
                out.put(DATA).put(ControlEvents.gap(after, resumesAt)).put(END);
            }
        });
        return out.toByteArray();
    }
}
