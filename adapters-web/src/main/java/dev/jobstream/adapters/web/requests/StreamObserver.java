package dev.jobstream.adapters.web.requests;

import dev.jobstream.application.EventStream;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Supplier;

/** Stands around the opening of each stream, to measure it or to trace it. Called by any thread. */
@FunctionalInterface
public interface StreamObserver {

    /** Does neither. */
    StreamObserver NONE = (request, format, opening) -> opening.get();

    /**
     * Has the stream opened.
     *
     * @param format how it is written: the subtype of its media type, or {@code websocket}
     * @param opening opens it, or throws what refuses it; called once, by this thread
     * @return what {@code opening} returns
     */
    EventStream open(HttpServletRequest request, String format, Supplier<EventStream> opening);
}
