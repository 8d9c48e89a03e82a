package dev.jobstream.adapters.web.websocket;

import dev.jobstream.adapters.web.formats.Envelopes;
import dev.jobstream.adapters.web.watching.Disconnects;
import dev.jobstream.application.ClientConnection;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.EventStream;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventId;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;

/**
 * A client at the other end of a WebSocket: an envelope a message. Messages go out one by one, the next when the container
 * has passed the last one on: at once, or later on a thread of its own. So nothing is queued here for a client that reads
 * slowly, and no thread waits for it.
 *
 * <p>{@code turn} says who goes on behind a message: whoever sent it, if the container was done before the call returned;
 * else the container's thread.
 */
final class WebSocketConnection implements ClientConnection, SendHandler {

    private static final Function<EventBatch, List<String>> ENCODER = WebSocketConnection::encode;

    /** How long Tomcat may block in what the standard lets it block in: a ping, and a close. In milliseconds. */
    private static final String TOMCAT_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    private static final long PATIENT_MILLIS = 1_000;
    private static final long IMPATIENT_MILLIS = 1;

    /** After which a container drops a connection that does not take its close. */
    private static final long CUT_OFF_MILLIS = 100;

    private static final int SENDING = 0;
    private static final int SENT = 1;
    private static final int PENDING = 2;

    private final WebSocketSession session;
    private final Session socket;
    private final RemoteEndpoint.Async remote;
    private final EventStream stream;

    private List<String> messages = List.of();
    private int next;
    private final AtomicInteger turn = new AtomicInteger(SENT);
    private volatile @Nullable Throwable failure;

    WebSocketConnection(WebSocketSession session, EventStream stream) {
        this.session = session;
        this.socket = Objects.requireNonNull(((NativeWebSocketSession) session).getNativeSession(Session.class));
        this.remote = socket.getAsyncRemote();
        this.stream = stream;
        // Heartbeats may be further apart than the container's idea of idle, and the stream itself ends a client that
        // stalls.
        socket.setMaxIdleTimeout(0);
        socket.getUserProperties().put(TOMCAT_TIMEOUT, PATIENT_MILLIS);
    }

    private static List<String> encode(EventBatch batch) {
        return Envelopes.of(batch).stream().map(WebSocketConnection::text).toList();
    }

    private static String text(byte[] envelope) {
        return new String(envelope, StandardCharsets.UTF_8);
    }

    @Override
    public boolean send(EventBatch batch) throws IOException {
        return send(batch.encoded(ENCODER));
    }

    @Override
    public boolean position(EventId id) throws IOException {
        return send(List.of(text(Envelopes.position(id))));
    }

    private boolean send(List<String> batch) throws IOException {
        messages = batch;
        next = 0;
        return proceed();
    }

    /** Whether all messages have been passed on. */
    private boolean proceed() throws IOException {
        while (next < messages.size()) {
            turn.set(SENDING);
            try {
                remote.sendText(messages.get(next++), this);
            } catch (RuntimeException e) {
                throw new IOException(e); // A container's word for a socket that is closed.
            }
            if (turn.compareAndSet(SENDING, PENDING)) {
                return false;
            }
            Throwable failed = failure;
            if (failed != null) {
                throw new IOException(failed);
            }
        }
        messages = List.of();
        return true;
    }

    @Override
    public void onResult(SendResult result) {
        if (!result.isOK()) {
            failure = result.getException();
        }
        if (turn.compareAndSet(SENDING, SENT)) {
            return;
        }
        turn.set(SENT);
        try {
            Throwable failed = failure;
            if (failed != null) {
                throw new IOException(failed);
            }
            stream.onProgress();
            if (proceed()) {
                stream.onWritable();
            }
        } catch (IOException e) {
            if (Disconnects.isTimeout(e)) {
                stream.onStalled();
            } else {
                stream.close();
            }
        }
    }

    @Override
    public boolean heartbeat() throws IOException {
        try {
            remote.sendPing(ByteBuffer.allocate(0));
        } catch (RuntimeException e) {
            throw new IOException(e);
        }
        return true;
    }

    @Override
    public void close(EndReason reason) {
        boolean pending = turn.get() != SENT;
        byte[] announcement = Envelopes.closing(reason);
        if (!pending && announcement != null) {
            try {
                boolean unused = send(List.of(text(announcement)));
            } catch (IOException e) {
                // Gone before it could be told.
            }
        }
        if (pending) {
            socket.getUserProperties().put(TOMCAT_TIMEOUT, IMPATIENT_MILLIS);
            socket.setMaxIdleTimeout(CUT_OFF_MILLIS);
        }
        close(status(reason));
    }

    private static CloseStatus status(EndReason reason) {
        return switch (reason) {
            case FINISHED -> CloseStatus.NORMAL.withReason("finished");
            case CLIENT_GONE -> CloseStatus.SERVICE_OVERLOAD; // If it is there after all, it may try again.
            case STALLED -> CloseStatus.SERVICE_OVERLOAD.withReason("stalled");
            case TOKEN_EXPIRED, REVOKED -> closing(CloseStatus.POLICY_VIOLATION, reason);
            case SHUTDOWN -> closing(CloseStatus.SERVICE_RESTARTED, reason);
            case OVERLOADED, SOURCE_LOST, MAX_LIFETIME -> closing(CloseStatus.SERVICE_OVERLOAD, reason);
        };
    }

    private static CloseStatus closing(CloseStatus status, EndReason reason) {
        return new CloseStatus(status.getCode(), reason.closing());
    }

    /** Ends the connection, whatever state it is in. */
    private void close(CloseStatus status) {
        try {
            session.close(status);
        } catch (IOException | RuntimeException e) {
            // Gone, which is what was wanted.
        }
    }
}
