package dev.jobstream.application;

import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.domain.EventId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a session's connection, and knows whether it can take more.
 *
 * <p><b>No thread waits for a client.</b> {@code blocked} is set before the connection is given something to write, and
 * cleared if it could write all of it, or else by {@link #onWritable}. While it is set nothing more is written.
 *
 * <p>Only the session's drain writes. All else may be called from any thread.
 */
final class ClientWriter {

    private final StreamMetrics metrics;
    private final StreamClock clock;
    private volatile @Nullable ClientConnection connection;
    private volatile boolean blocked;
    private volatile long lastWrite;
    private volatile boolean secondHeartbeatDue;

    ClientWriter(StreamMetrics metrics, StreamClock clock) {
        this.metrics = metrics;
        this.clock = clock;
        this.lastWrite = clock.nanos();
    }

    /** The connection has come. */
    void connect(ClientConnection to) {
        connection = to;
        lastWrite = clock.nanos();
    }

    /** @throws IllegalStateException if the connection has not come */
    ClientConnection connection() {
        ClientConnection known = connection;
        if (known == null) {
            throw new IllegalStateException("drained before it was started");
        }
        return known;
    }

    /** Whether the client has to take what is pending first. */
    boolean isBlocked() {
        return blocked;
    }

    /** When something was last written, or taken by the client. */
    long lastWrite() {
        return lastWrite;
    }

    /** Whether the last thing written was a heartbeat of which it is not known whether anybody was there for it. */
    boolean isSecondHeartbeatDue() {
        return secondHeartbeatDue;
    }

    void onWritable() {
        blocked = false;
        lastWrite = clock.nanos();
    }

    void onProgress() {
        lastWrite = clock.nanos();
    }

    void events(EventBatch batch) throws IOException {
        secondHeartbeatDue = false;
        beginWrite();
        endWrite(connection().send(batch));
        metrics.eventsSent(batch.size());
    }

    void position(EventId id) throws IOException {
        beginWrite();
        endWrite(connection().position(id));
    }

    /** @param position to be told in its place; {@code null} for none */
    void heartbeat(@Nullable EventId position) throws IOException {
        beginWrite();
        endWrite(position == null ? connection().heartbeat() : connection().position(position));
        if (secondHeartbeatDue) {
            secondHeartbeatDue = false;
        } else {
            secondHeartbeatDue = !connection().learnsOfLeaving();
            metrics.heartbeatSent();
        }
    }

    private void beginWrite() {
        lastWrite = clock.nanos(); // Before it is blocked: the ticker must not take it for one that stalls.
        blocked = true;
    }

    private void endWrite(boolean takesMore) {
        if (takesMore) {
            blocked = false;
        }
    }
}
