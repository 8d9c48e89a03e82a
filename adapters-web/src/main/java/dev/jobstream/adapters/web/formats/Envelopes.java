package dev.jobstream.adapters.web.formats;

import static dev.jobstream.adapters.web.formats.AsciiBuffer.ascii;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON form of events, and of what the stream itself sends: a WebSocket's messages, a page's elements. In UTF-8. */
public final class Envelopes {

    private Envelopes() {}

    /** The events of a batch, and the gaps among them. */
    public static List<byte[]> of(EventBatch batch) {
        List<byte[]> envelopes = new ArrayList<>(batch.size() + 1);
        batch.forEach(new EventBatch.Visitor() {
            @Override
            public void event(JobEvent event) {
                envelopes.add(EventEnvelope.write(event));
            }

            @Override
            public void gap(EventId after, @Nullable EventId resumesAt) {
                envelopes.add(control(ControlEvents.GAP, ControlEvents.gap(after, resumesAt)));
            }
        });
        return envelopes;
    }

    /** What tells a client where it stands. */
    public static byte[] position(EventId id) {
        return control(ControlEvents.POSITION, ControlEvents.position(id));
    }

    /** What announces this end; {@code null} if nothing does. */
    public static byte @Nullable [] closing(EndReason reason) {
        String data = ControlEvents.closing(reason);
        return data == null ? null : control(ControlEvents.CLOSING, data);
    }

    private static byte[] control(String event, String data) {
        return ascii("{\"event\":\"" + event + "\",\"data\":" + data + "}");
    }
}
