package dev.jobstream.domain;

/**
 * Hears the wire of one job. Calls come one at a time, on a thread of the transport that everybody shares: an
 * implementation must not block, nor call the transport.
 */
public interface EventListener {

    /**
     * The wire stands, for the first time or again: every event published from now on is heard, and what was published
     * before may have been missed and must be read from the journal.
     */
    void onConnected();

    /** An event was published. Those of one publisher come in order; repeats and holes are possible after a reconnect. */
    void onEvent(JobEvent event);
}
