package dev.jobstream.domain;

/**
 * A job's past and future: the journal that retains its events and the channel that carries new ones. A stream is a cursor
 * over it: read what comes after the last id seen, and listen to learn when there is more.
 *
 * <p>All methods may be called from any thread.
 *
 * <p>What a transport must do is tested by numbered contracts, {@code EventSourceContract} and {@code JournalContract} in
 * {@code jobstream-test}.
 */
public interface EventSource {

    /**
     * Reads the events behind a position. Blocks while the transport answers.
     *
     * @param after read strictly after this id, which need not be in the journal; {@link EventId#NONE} reads from the
     *     oldest event that is retained. Of a job that has ended, the end is retained longer than the rest, without its data
     * @param limit the most events wanted, at least 1
     * @throws TransportUnavailableException if the journal cannot be read at the moment
     */
    JournalPage readAfter(JobId job, EventId after, int limit);

    /**
     * Reads the newest events. Blocks while the transport answers.
     *
     * @param limit the most events wanted, at least 1
     * @return the newest events, oldest first; empty if nothing is retained; never with {@code more}
     * @throws TransportUnavailableException if the journal cannot be read at the moment
     */
    JournalPage readLast(JobId job, int limit);

    /**
     * Reads the events in front of a position. Blocks while the transport answers.
     *
     * @param before read strictly before this id, which need not be in the journal
     * @param limit the most events wanted, at least 1
     * @return the newest of these events, oldest first, with {@code more} if there are others before them
     * @throws TransportUnavailableException if the journal cannot be read at the moment
     */
    JournalPage readBefore(JobId job, EventId before, int limit);

    /**
     * Begins to listen to the channel of a job. Returns at once, whether or not the transport can be reached: the listener
     * hears {@link EventListener#onConnected} when the channel is subscribed, perhaps before this returns. Any number of jobs
     * are listened to at a time, and a job by any number of listeners: each hears everything, whoever else comes and goes.
     *
     * <p>Between {@code onConnected} and the loss of the subscription nothing is missed, and what one publication has is heard
     * in one run. Nothing is heard of another installation, however near it is.
     */
    Subscription listen(JobId job, EventListener listener);

    /** What ends a {@link #listen}. */
    interface Subscription extends AutoCloseable {

        /**
         * Ends the subscription. Returns at once, and does not wait for a call to the listener that is under way: that one may
         * end later, but none begins once this has returned. May be called by the listener itself, from within a call.
         * Idempotent.
         */
        @Override
        void close();

        /**
         * Has the transport subscribe again, because the listener has found in the journal what it should have heard. Returns
         * at once. The listener, and perhaps others of the job, hear {@link EventListener#onConnected} when that is done, and
         * nothing twice. Does nothing after {@link #close}, nor by default: a transport may know of every subscription that it
         * loses. One that passes the contract tells {@code onConnected} even so.
         */
        default void resubscribe() {}

        /**
         * Tells the transport that an event which its listener heard {@link EventListener#onUnconfirmed unconfirmed} is not in
         * this journal, so that an operator learns of it. Returns at once.
         */
        default void reportForeign(JobEvent event) {}
    }
}
