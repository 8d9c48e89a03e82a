package dev.jobstream.domain;

/**
 * Hears the channel of one job. Calls come one at a time, on a thread that the whole transport shares: an
 * implementation must not block, nor call the transport, but may close its subscription. It should not throw; if it does,
 * the transport reports that and goes on, and neither the publisher nor another listener learns of it.
 */
public interface EventListener {

    /**
     * The channel is subscribed, for the first time or again: every event published from now on is heard. What was published
     * before may have been missed and must be read from the journal.
     */
    void onConnected();

    /**
     * An event was published in this job's journal, or, if it is live-only, past it. Those of one publisher come in order;
     * repeats and holes are possible after a reconnect. A terminal event is journaled: one that was sent past the journal is
     * first appended to it.
     */
    void onEvent(JobEvent event);

    /**
     * An event was published, and nobody can tell whether it is in this journal or in that of another installation whose channel
     * this is too. If it was in this one, it can be read there by now. Nothing by default: for a listener that
     * follows the journal in any case.
     *
     * @see EventSource.Subscription#reportForeign
     */
    default void onUnconfirmed(JobEvent event) {}

    /** Something was published that cannot be read: what it was, only the journal can tell. Nothing by default. */
    default void onUnreadable() {}
}
