package dev.jobstream.application;

import dev.jobstream.domain.EventId;
import org.jspecify.annotations.Nullable;

/**
 * A stream that was granted and waits for its connection. It holds a place on this node until it ends: its
 * owner must either {@link #start} or {@link #close} it. One that was not started after 30 s is closed.
 *
 * <p>All methods return at once and may be called from any thread; they may write to the connection before they return.
 */
public interface EventStream {

    /** Whether the job has ended and there is nothing left to send: answer so instead of starting. */
    boolean isFinished();

    /**
     * Where the client stands, if it would begin elsewhere when it comes again, or is not shown all events. The
     * connection's first block tells it, before {@link #start}. {@code null} if there is nothing to tell, or it is not
     * known yet. What was returned here once is not told again; otherwise {@link ClientConnection#position} tells it as
     * soon as it is known.
     */
    @Nullable
    EventId takePosition();

    /** Begins to deliver to this connection, which can be written to. Called at most once. */
    void start(ClientConnection connection);

    /** The connection has written all it was given and can take more: called once for each call that answered {@code false}. */
    void onWritable();

    /** The client has taken some of what is pending, though not all of it: it does not stall. */
    void onProgress();

    /** The container has ended the connection, since the client has taken no byte for too long. */
    void onStalled();

    /** The client has gone, or will never come. May be called any number of times. */
    void close();
}
