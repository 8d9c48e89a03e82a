package dev.jobstream.application;

import dev.jobstream.application.feed.Cursor;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import org.jspecify.annotations.Nullable;

/** Where in a job's events a stream begins. */
public final class StreamStart {

    /** The most events of a {@link #tail}. */
    public static final int MAX_TAIL = 10_000;

    private static final StreamStart BEGINNING = new StreamStart(null, 0);
    private static final StreamStart NOW = new StreamStart(null, 0);

    private final @Nullable EventId after;
    private final int tail;

    private StreamStart(@Nullable EventId after, int tail) {
        this.after = after;
        this.tail = tail;
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
        return new StreamStart(id, 0);
    }

    /**
     * With the newest events of those that are wanted.
     *
     * @param events how many; 0 to {@value #MAX_TAIL}
     * @throws IllegalArgumentException if there are more or less
     */
    public static StreamStart tail(int events) {
        if (events < 0 || events > MAX_TAIL) {
            throw new IllegalArgumentException("tail must be 0 to " + MAX_TAIL + ", is " + events);
        }
        return events == 0 ? NOW : new StreamStart(null, events);
    }

    /** Whether it depends on when the stream begins, so that a client which comes back would begin elsewhere. */
    boolean isRelative() {
        return this == NOW || tail > 0;
    }

    /**
     * Where a reader of the job's events stands that begins here.
     *
     * @param filter which events are wanted; {@code null} for all
     */
    Cursor cursor(@Nullable EventFilter filter) {
        if (this == NOW) {
            return Cursor.atNow();
        }
        if (tail > 0) {
            return Cursor.atTail(tail, filter);
        }
        return after == null ? Cursor.atBeginning() : Cursor.after(after);
    }

    @Override
    public String toString() {
        return this == NOW ? "now" : tail > 0 ? "tail " + tail : after == null ? "beginning" : "after " + after;
    }
}
