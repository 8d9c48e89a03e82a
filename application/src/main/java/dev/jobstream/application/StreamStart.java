package dev.jobstream.application;

import dev.jobstream.application.feed.Cursor;
import dev.jobstream.domain.EventId;
import org.jspecify.annotations.Nullable;

/** Where in a job's events a stream begins. */
public final class StreamStart {

    private static final StreamStart BEGINNING = new StreamStart(null);
    private static final StreamStart NOW = new StreamStart(null);

    private final @Nullable EventId after;

    private StreamStart(@Nullable EventId after) {
        this.after = after;
    }

    /** With the oldest event that is retained. */
    public static StreamStart beginning() {
        return BEGINNING;
    }

    /** With the next event that is published. */
    public static StreamStart now() {
        return NOW;
    }

    /** Strictly after this event. */
    public static StreamStart after(EventId id) {
        return new StreamStart(id);
    }

    boolean isNow() {
        return this == NOW;
    }

    /** Where a reader of the job's events stands that begins here. */
    Cursor cursor() {
        return this == NOW ? Cursor.atNow() : after == null ? Cursor.atBeginning() : Cursor.after(after);
    }

    @Override
    public String toString() {
        return this == NOW ? "now" : after == null ? "beginning" : "after " + after;
    }
}
