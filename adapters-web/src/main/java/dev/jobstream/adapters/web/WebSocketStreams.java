package dev.jobstream.adapters.web;

import dev.jobstream.application.EventStream;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamRefusedException;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;

/**
 * Streams over WebSockets that stand. A stream is opened only now, since an upgrade that was granted may still fail
 * without a word; {@link WebSocketHandshake} has asked before whether it would be.
 */
final class WebSocketStreams implements WebSocketHandler {

    /** Clients have nothing to say: the largest message that is read and ignored, in bytes. */
    private static final int MAX_INCOMING = 1024;

    private static final String STREAM = EventStream.class.getName();

    private final JobEventStreams streams;

    WebSocketStreams(JobEventStreams streams) {
        this.streams = streams;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        session.setTextMessageSizeLimit(MAX_INCOMING);
        session.setBinaryMessageSizeLimit(MAX_INCOMING);
        WebSocketConnection connection = new WebSocketConnection(session);
        EventStream stream;
        try {
            stream = streams.open(WebSocketHandshake.requestOf(session));
        } catch (StreamRefusedException e) {
            connection.close(status(e));
            return;
        }
        if (stream.isFinished()) {
            stream.close();
            connection.close(CloseStatus.NORMAL.withReason("finished"));
            return;
        }
        session.getAttributes().put(STREAM, stream);
        stream.start(connection);
    }

    private static CloseStatus status(StreamRefusedException e) {
        return switch (e.refusal()) {
            case UNAUTHENTICATED, FORBIDDEN, UNKNOWN_JOB -> CloseStatus.POLICY_VIOLATION.withReason("revoked");
            case TOO_MANY_STREAMS -> CloseStatus.SERVICE_OVERLOAD.withReason("too_many_streams");
            case SHUTTING_DOWN -> CloseStatus.SERVICE_RESTARTED.withReason("shutdown");
        };
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
        if (session.getAttributes().get(STREAM) instanceof EventStream stream) {
            stream.close();
        }
    }

    @Override
    public boolean supportsPartialMessages() {
        return false;
    }
}
