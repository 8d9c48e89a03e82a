package dev.jobstream.adapters.web.formats;

import static dev.jobstream.adapters.web.formats.AsciiBuffer.ascii;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/** An envelope a line, what the stream itself sends included; an empty line is a heartbeat. No envelope has a line break. */
public final class NdjsonFormat implements StreamFormat {

    /** The only one. */
    public static final NdjsonFormat INSTANCE = new NdjsonFormat();

    private static final MediaType TYPE = MediaType.APPLICATION_NDJSON;
    private static final byte[] LINE_END = ascii("\n");
    private static final byte[] NOTHING = {};
    private static final int TYPICAL_LINE = 256;

    private final Function<EventBatch, byte[]> encoder = NdjsonFormat::encode;

    private NdjsonFormat() {}

    @Override
    public MediaType mediaType() {
        return TYPE;
    }

    @Override
    public byte[] opening(@Nullable EventId position) {
        return position == null ? NOTHING : position(position);
    }

    @Override
    public byte[] position(EventId id) {
        return line(Envelopes.position(id));
    }

    @Override
    public Function<EventBatch, byte[]> encoder() {
        return encoder;
    }

    @Override
    public byte[] heartbeat() {
        return LINE_END;
    }

    @Override
    public byte[] closing(EndReason reason) {
        byte[] envelope = Envelopes.closing(reason);
        return envelope == null ? NOTHING : line(envelope);
    }

    private static byte[] encode(EventBatch batch) {
        AsciiBuffer out = new AsciiBuffer(batch.size() * TYPICAL_LINE);
        for (byte[] envelope : Envelopes.of(batch)) {
            out.put(envelope).put(LINE_END);
        }
        return out.toByteArray();
    }

    private static byte[] line(byte[] envelope) {
        return new AsciiBuffer(envelope.length + 1).put(envelope).put(LINE_END).toByteArray();
    }
}
