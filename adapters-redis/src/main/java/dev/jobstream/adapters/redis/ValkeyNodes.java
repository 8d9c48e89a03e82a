package dev.jobstream.adapters.redis;

import java.util.List;

/**
 * The Valkey processes that keep the journals. One thread asks them, and remembers for all others whether they answer.
 *
 * <p>While one is silent, nobody else asks for what it keeps: each would wait out the time limit, one after the other, and
 * take a worker or a request with it.
 */
interface ValkeyNodes {

    /**
     * Asks all of them and waits for it, each for no longer than a command may take; leaves connections that have been silent
     * for long.
     *
     * @throws RuntimeException if the thread was interrupted
     */
    void ask();

    /** Whether all of them answered when they were last asked. */
    boolean areAnswering();

    /** Whether the one that keeps this key was silent when it was last asked. */
    boolean isSilent(byte[] key);

    /** Those that did not answer when they were last asked, where there may be several. */
    List<String> missing();

    /** Leaves connections that may not lead to a primary any more. Does not block. */
    void lookForPrimary();

    /** Forgets what it knows. */
    void reset();
}
