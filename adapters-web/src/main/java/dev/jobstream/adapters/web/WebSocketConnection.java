package dev.jobstream.adapters.web;

import dev.jobstream.application.ClientConnection;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.EventBatch;
import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;

/**
 * A client at the other end of a WebSocket: an envelope a message. A send blocks until the container has passed it on, so
 * that nothing is queued here for a client that reads slowly.
 */
final class WebSocketConnection implements ClientConnection {

    private static final Function<EventBatch, List<TextMessage>> ENCODER = WebSocketConnection::encode;

    private final WebSocketSession session;

    WebSocketConnection(WebSocketSession session) {
        this.session = session;
    }

    private static List<TextMessage> encode(EventBatch batch) {
        List<TextMessage> messages = new ArrayList<>(batch.size() + 1);
        batch.forEach(new EventBatch.Visitor() {
            @Override
            public void event(JobEvent event) {
                messages.add(new TextMessage(new String(EventEnvelope.write(event), StandardCharsets.UTF_8)));
            }

            @Override
            public void gap(EventId after, EventId resumesAt) {
                messages.add(control(ControlEvents.GAP, ControlEvents.gap(after, resumesAt)));
            }
        });
        return List.copyOf(messages);
    }

    private static TextMessage control(String event, String data) {
        return new TextMessage(ControlEvents.envelope(event, data));
    }

    @Override
    public void send(EventBatch batch) throws IOException {
        for (TextMessage message : batch.encoded(ENCODER)) {
            write(message);
        }
    }

    @Override
    public void beat() throws IOException {
        write(new PingMessage());
    }

    private void write(WebSocketMessage<?> message) throws IOException {
        try {
            session.sendMessage(message);
        } catch (IOException | RuntimeException e) {
            throw Disconnects.asIOException(e);
        }
    }

    @Override
    public void close(EndReason reason) {
        try {
            String announcement = ControlEvents.closing(reason);
            if (announcement != null) {
                write(control(ControlEvents.CLOSING, announcement));
            }
        } catch (IOException e) {
            // Gone before it could be told.
        } finally {
            close(status(reason));
        }
    }

    private static CloseStatus status(EndReason reason) {
        return switch (reason) {
            case FINISHED -> CloseStatus.NORMAL.withReason("finished");
            case CLIENT_GONE -> CloseStatus.NORMAL;
            case STALLED -> CloseStatus.SERVICE_OVERLOAD.withReason("stalled");
            case TOKEN_EXPIRED, REVOKED -> closing(CloseStatus.POLICY_VIOLATION, reason);
            case SHUTDOWN -> closing(CloseStatus.SERVICE_RESTARTED, reason);
            case SOURCE_LOST, MAX_LIFETIME -> closing(CloseStatus.SERVICE_OVERLOAD, reason);
        };
    }

    private static CloseStatus closing(CloseStatus status, EndReason reason) {
        return new CloseStatus(status.getCode(), reason.closing());
    }

    /** Ends the connection, whatever state it is in. */
    void close(CloseStatus status) {
        try {
            session.close(status);
        } catch (IOException | RuntimeException e) {
            // Gone, which is what was wanted.
        }
    }
}
