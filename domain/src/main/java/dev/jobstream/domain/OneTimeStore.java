package dev.jobstream.domain;

import java.time.Duration;
import java.util.Optional;

/** Keeps short texts for a short time, on every node of the installation, until one takes them. May be used by any thread. */
public interface OneTimeStore {

    /**
     * Keeps a text. Blocks until it is kept.
     *
     * @param name nobody else's: 1 to 128 characters out of {@code A-Z a-z 0-9 . _ -}
     * @param text 1 to 8,192 characters
     * @param life how long it is kept, at least 1 ms
     * @throws TransportUnavailableException if it could not be kept
     */
    void put(String name, String text, Duration life);

    /**
     * Takes a text out: of all who ask for it, on whatever node, one gets it. Blocks.
     *
     * @return empty if it was never kept, has been taken, or has outlived its life
     * @throws TransportUnavailableException if it could not be looked for; it may have been taken all the same
     */
    Optional<String> take(String name);
}
