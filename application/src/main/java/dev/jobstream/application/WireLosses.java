package dev.jobstream.application;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import org.jspecify.annotations.Nullable;

/**
 * Which of the wire's messages show that others before them were lost. A message that cannot be taken in may also have come
 * twice, be overtaken by a read of the journal, follow one that could not be taken in either, or be the first after the
 * journal has lost something: none of these is a loss of the wire's.
 *
 * <p>Not safe for use by many threads: guarded by the feed's lock.
 */
final class WireLosses {

    /** What went by before the wire stood is being read already. */
    private boolean connecting = true;

    /** The newest message that was dropped and that the journal has not been asked for yet. */
    private @Nullable EventId dropped;

    /** The wire stands, and the journal will be read because of that. */
    void connected() {
        connecting = true;
    }

    /** The journal was read, from after the last drop on. */
    void caughtUp() {
        connecting = false;
        dropped = null;
    }

    /**
     * Takes note of a message that could not be taken in.
     *
     * @param head the newest event known; {@code null} while nothing is
     * @return whether something was lost before it that was not known to be lost
     */
    boolean drop(JobEvent event, @Nullable EventId head) {
        EventId newestBefore = dropped;
        if (newestBefore == null || event.journaledId().isAfter(newestBefore)) {
            dropped = event.id();
        }
        EventId prev = event.prev();
        return !connecting
                && head != null
                && prev != null
                && prev.isAfter(head)
                && (newestBefore == null || prev.isAfter(newestBefore));
    }
}
