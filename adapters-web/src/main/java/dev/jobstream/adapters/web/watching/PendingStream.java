package dev.jobstream.adapters.web.watching;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/** A stream that was granted to a request whose response cannot be written to yet. It travels with the request. */
record PendingStream(EmitterConnection connection) {

    private static final String ATTRIBUTE = PendingStream.class.getName();

    void attachTo(ServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Takes it off the request, so that nobody else gets it; {@code null} if there is none. */
    static @Nullable PendingStream takeFrom(ServletRequest request) {
        Object pending = request.getAttribute(ATTRIBUTE);
        request.removeAttribute(ATTRIBUTE);
        return (PendingStream) pending;
    }
}
