package dev.jobstream.adapters.web;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.EventStream;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;

/** Starts the streams that {@link WebSocketHandshake} has opened, on the WebSockets that have come of it. */
final class WebSocketStreams implements WebSocketHandler {

    /** Clients have nothing to say: the largest message that is read and ignored, in bytes. */
    private static final int MAX_INCOMING = 1024;

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        session.setTextMessageSizeLimit(MAX_INCOMING);
        session.setBinaryMessageSizeLimit(MAX_INCOMING);
        EventStream stream = WebSocketHandshake.streamOf(session);
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
        // Pongs, and whatever a client says all the same.
    }

    @Override
    public void handleTransportError(WebSocketSession session, Throwable failure) {
        close(session);
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        close(session);
    }

    private static void close(WebSocketSession session) {
        EventStream stream = WebSocketHandshake.streamOf(session);
        if (stream != null) {
            stream.close();
        }
    }

    @Override
    public boolean supportsPartialMessages() {
        return false;
    }
}
