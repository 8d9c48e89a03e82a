package dev.jobstream.application;

/**
 * A stream that was granted and waits for its connection. It holds a place on this node until it ends, so that whoever
 * got it must either {@link #start} or {@link #close} it. One that was not started after 30 s is closed.
 */
public interface EventStream {

    /** Whether the job has ended and there is nothing left to send: answer so instead of starting. */
    boolean isFinished();

    /** Begins to deliver to this connection, on the workers' threads. Called at most once; returns at once. */
    void start(ClientConnection connection);

    /** The client has gone, or will never come. Returns at once; may be called from any thread, any number of times. */
    void close();
}
