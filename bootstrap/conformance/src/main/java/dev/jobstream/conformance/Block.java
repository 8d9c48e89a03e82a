package dev.jobstream.conformance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an event stream up to an empty one.
 *
 * @param id {@code null} where no line sets it
 * @param event {@code message} where no line says otherwise
 * @param data {@code null} where there is none: such a block is no event
 * @param retry {@code null} where no line sets it
 */
record Block(
        @Nullable String id,
        String event,
        @Nullable String data,
        @Nullable String retry,
        List<String> comments) {

    boolean isEvent() {
        return data != null;
    }

    /** Of the stream itself, not of the job. */
    boolean isControl() {
        return data != null && event.startsWith("stream.");
    }

    /** An id, and nothing that a client is told. */
    boolean isPosition() {
        return id != null && data == null;
    }

    /** An event's data. */
    String body() {
        return data == null ? "" : data;
    }
}
