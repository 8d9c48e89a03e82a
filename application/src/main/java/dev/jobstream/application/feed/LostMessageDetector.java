package dev.jobstream.application.feed;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import org.jspecify.annotations.Nullable;

/**
 * Tells which messages show that the channel has lost others before them. A message that does not fit the chain may also be a
 * repeat, be overtaken by a read of the journal, follow one that did not fit either, or be the first after the journal has
 * lost something. None of these is a loss of the channel. Without this class every reconnect would count as one.
 *
 * <p>Not safe for use by many threads: guarded by the feed's lock.
 */
final class LostMessageDetector {

    /** What was published before the subscription is being read already. */
    private boolean connecting = true;

    /** The newest message that was dropped and that the journal has not been asked for yet. */
    private @Nullable EventId dropped;

    /** The channel is subscribed, and the journal will be read because of that. */
    void onSubscribed() {
        connecting = true;
    }

    /** The journal was read, from after the last drop on. */
    void onCaughtUp() {
        connecting = false;
        dropped = null;
    }

    /**
     * Takes note of a message that could not be taken in.
     *
     * @param head the newest event known; {@code null} while nothing is
     * @return whether something was lost before it that was not known to be lost
     */
    boolean onDropped(JobEvent event, @Nullable EventId head) {
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
