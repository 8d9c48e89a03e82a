package dev.jobstream.adapters.web.formats;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/** One of the forms in which a stream goes over HTTP. Stateless, safe for use by many threads. */
public interface StreamFormat {

    /** What a client accepts to get this format, and the type of the response. */
    MediaType mediaType();

    /** Which events it shows of those that a client wants; {@code null} for all. */
    default @Nullable EventFilter shows(@Nullable EventFilter wanted) {
        return wanted;
    }

    /**
     * Whether its clients cannot read a refusal, so that they are refused in a stream's own words where they are to come again.
     */
    default boolean isBlindToRefusals() {
        return false;
    }

    /**
     * What is sent at once, before there is any event. Where that is nothing, the headers leave all the same.
     *
     * @param position after which event the stream goes on, where it is to be told; {@code null} otherwise
     */
    byte[] opening(@Nullable EventId position);

    /** Tells a client where it stands, without an event; empty if it cannot be told. */
    byte[] position(EventId id);

    /** Writes events. Always the same object, since what it makes is shared by all who ask with it. */
    Function<EventBatch, byte[]> encoder();

    /** A heartbeat, which no client takes for an event; empty if there is none, and clients that leave are noticed otherwise. */
    byte[] heartbeat();

    /** What announces this end; empty if nothing does. */
    byte[] closing(EndReason reason);
}
