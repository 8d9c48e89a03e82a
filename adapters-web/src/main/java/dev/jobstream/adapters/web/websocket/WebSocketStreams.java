package dev.jobstream.adapters.web.websocket;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.EventStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;

/** Starts the streams that {@link WebSocketController} has opened, on the WebSockets that have come of it. */
final class WebSocketStreams implements WebSocketHandler {

    private static final String STREAM = EventStream.class.getName();

    /** Has the session with these attributes carry this stream. */
    static void attach(EventStream stream, Map<String, Object> attributes) {
        attributes.put(STREAM, stream);
    }

    /** The stream that was opened for this session; {@code null} for a session of somebody else. */
    private static @Nullable EventStream streamOf(WebSocketSession session) {
        return (EventStream) session.getAttributes().get(STREAM);
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        EventStream stream = streamOf(session);
        if (stream == null) {
            throw new IllegalStateException("a session without a stream");
        }
        WebSocketConnection connection = new WebSocketConnection(session, stream);
        if (stream.isFinished()) {
            stream.close();
            connection.close(EndReason.FINISHED);
        } else {
            stream.start(connection);
        }
    }

    @Override
    public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) {
        // Pongs, and whatever a client says all the same: it comes in pieces, and is forgotten.
    }

    @Override
    public void handleTransportError(WebSocketSession session, Throwable failure) {
        // The container closes it, with the code that fits, and says so.
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        close(session);
    }

    private static void close(WebSocketSession session) {
        EventStream stream = streamOf(session);
        if (stream != null) {
            stream.close();
        }
    }

    @Override
    public boolean supportsPartialMessages() {
        return true; // Else the container would gather a message before it gives it up, or ends its client for it.
    }
}
