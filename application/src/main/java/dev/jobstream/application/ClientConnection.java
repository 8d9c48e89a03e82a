package dev.jobstream.application;

import java.io.IOException;

/**
 * The far end of a stream: what writes to one client. Its methods are called by one thread at a time, on a worker, in
 * which they may block for as long as the client takes to read; {@link #close} is the last call. What a call has written
 * happens before the next call.
 */
public interface ClientConnection {

    /**
     * Writes events and passes them to the network before it returns.
     *
     * @throws StalledException if the client took no byte for too long; {@link #close} follows
     * @throws IOException if the client has gone; {@link #close} follows
     */
    void send(EventBatch batch) throws IOException;

    /**
     * Writes a sign of life.
     *
     * @throws StalledException if the client took no byte for too long; {@link #close} follows
     * @throws IOException if the client has gone; {@link #close} follows
     */
    void beat() throws IOException;

    /** Announces the end if the reason has something to announce, and ends the connection. Must not throw. */
    void close(EndReason reason);
}
