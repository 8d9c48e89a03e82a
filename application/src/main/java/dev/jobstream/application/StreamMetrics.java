package dev.jobstream.application;

/** What is counted. Called on hot paths by any thread: an implementation must be quick and must not throw. */
public interface StreamMetrics {

    /** Counts nothing. */
    StreamMetrics NONE = new StreamMetrics() {};

    /** A stream was granted. */
    default void streamOpened() {}

    /** A stream was not granted. */
    default void streamRefused(StreamRefusedException.Refusal refusal) {}

    /** Events were not published, because of who asked or when. */
    default void publicationRefused(StreamRefusedException.Refusal refusal) {}

    /** A page of retained events was not read, because of who asked or when. */
    default void pageRefused(StreamRefusedException.Refusal refusal) {}

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

    /** The wire has lost one message or several in a row, and the journal is asked for them. */
    default void healed() {}

    /** The journal itself does not go on where the chain stands: it was trimmed, began anew, or has lost its newest events. */
    default void journalBroken() {}

    /**
     * The journal was read since the wire was silent.
     *
     * @param found whether it had an event that the wire has not brought
     */
    default void swept(boolean found) {}

    /** A subscription was found to be deaf and is made anew. */
    default void relistened() {}
}
