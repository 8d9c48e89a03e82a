package dev.jobstream.adapters.web.formats;

import dev.jobstream.application.EndReason;
import dev.jobstream.domain.EventId;
import org.jspecify.annotations.Nullable;

/** The events that the stream itself sends, in every format: their names, and their data as JSON in ASCII. */
final class ControlEvents {

    static final String GAP = "stream.gap";
    static final String POSITION = "stream.position";
    static final String CLOSING = "stream.closing";

    private ControlEvents() {}

    static String gap(EventId after, @Nullable EventId resumesAt) {
        return "{\"after\":\"" + after + "\",\"resumesAt\":" + (resumesAt == null ? "null" : "\"" + resumesAt + "\"")
                + "}";
    }

    static String position(EventId id) {
        return "{\"id\":\"" + id + "\"}";
    }

    /** What announces this end; {@code null} if nothing does. */
    static @Nullable String closing(EndReason reason) {
        String closing = reason.closing();
        return closing == null ? null : "{\"reason\":\"" + closing + "\",\"reconnect\":" + reason.reconnect() + "}";
    }
}
