package dev.jobstream.application.feed;

/** What is counted of following jobs. Called on hot paths by any thread: an implementation must be quick and must not throw. */
public interface FeedMetrics {

    /** This node begins to follow a job. */
    default void feedOpened() {}

    /** This node no longer follows a job. */
    default void feedClosed() {}

    /** The channel has lost one message or several in a row, and the journal is asked for them. */
    default void healed() {}

    /** The journal does not go on where the chain stands: it was trimmed, began anew, or has lost its newest events. */
    default void journalBroken() {}

    /**
     * The journal was read because the channel was silent.
     *
     * @param found whether it had an event that the channel has not brought
     */
    default void swept(boolean found) {}

    /** A subscription was found to be dead, and the transport subscribes again. */
    default void resubscribed() {}
}
