package dev.jobstream.adapters.web.watching;

import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** An emitter of raw bytes: it has no timeout, for streams have limits of their own, and leaves the headers alone. */
final class StreamEmitter extends SseEmitter {

    private static final long NEVER = 0L;

    StreamEmitter() {
        super(NEVER);
    }

    @Override
    protected void extendResponse(ServerHttpResponse outputMessage) {
        // The controller has set the headers.
    }
}
