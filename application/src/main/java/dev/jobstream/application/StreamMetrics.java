package dev.jobstream.application;

/** What is counted. Called on hot paths by any thread: an implementation must be quick and must not throw. */
public interface StreamMetrics {

    /** Counts nothing. */
    StreamMetrics NONE = new StreamMetrics() {};

    /** A stream was granted. */
    default void streamOpened() {}

    /** A stream was not granted. */
    default void streamRefused(StreamRefusedException.Refusal refusal) {}

    /** A granted stream has ended. */
    default void streamEnded(EndReason reason) {}

    /** Events were written to one client. */
    default void eventsSent(int events) {}

    /** A heartbeat was written to one client. */
    default void beatSent() {}

    /** The events of a job are being followed on this node from now on. */
    default void feedOpened() {}

    /** Nobody on this node follows the job any more. */
    default void feedClosed() {}

    /** A hole in the chain was found, and the journal is asked. */
    default void healed() {}
}
