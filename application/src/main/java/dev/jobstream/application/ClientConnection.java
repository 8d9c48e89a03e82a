package dev.jobstream.application;

import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventId;
import java.io.IOException;

/**
 * The far end of a stream: what writes to one client. No method blocks.
 *
 * <p>A call writes what the network takes at once. If something is left, the call answers {@code false}: the connection
 * writes the rest as the client reads, and then calls {@link EventStream#onWritable} once, from any thread, perhaps before
 * the call has returned. Until then it is given nothing more to write. If the rest cannot be written it calls {@link
 * EventStream#close} instead.
 *
 * <p>Calls come one at a time, from changing threads; what one call has done happens before the next. {@link #close} is the
 * last.
 */
public interface ClientConnection {

    /**
     * Writes events.
     *
     * @return whether it can take more at once
     * @throws IOException if the client has gone; {@link #close} follows
     */
    boolean send(EventBatch batch) throws IOException;

    /**
     * Writes a heartbeat.
     *
     * @return whether it can take more at once
     * @throws IOException if the client has gone; {@link #close} follows
     */
    boolean heartbeat() throws IOException;

    /**
     * Whether it learns without a write that its client has gone. Where it does not, each heartbeat is followed by a second
     * one: to a client that has gone the first is still written, and only then the network says that nobody is there.
     */
    default boolean learnsOfLeaving() {
        return true;
    }

    /**
     * Writes where the client stands, without an event: it resumes after this one if it is cut off now.
     *
     * @return whether it can take more at once
     * @throws IOException if the client has gone; {@link #close} follows
     */
    boolean position(EventId id) throws IOException;

    /**
     * Announces the end if the reason has something to announce, and ends the connection; where a write is pending, cuts it
     * off at once. Must not throw.
     */
    void close(EndReason reason);
}
