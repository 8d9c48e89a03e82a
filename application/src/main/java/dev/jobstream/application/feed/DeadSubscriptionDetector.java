package dev.jobstream.application.feed;

import java.time.Duration;

/**
 * Tells a channel on which nothing is published from one whose subscription is dead.
 *
 * <p>A subscription can be lost without a word. So the feed reads the journal after a while of silence, which is called a
 * sweep. What a sweep finds should have come over the channel too, and may be on its way. If still nothing has come by a
 * later sweep, the subscription is dead. Each time the transport subscribes again and still nothing comes, more sweeps are
 * needed than before: somebody may be writing to the journal without publishing, which is no fault of the subscription.
 * Without this class a dead subscription would stay dead.
 *
 * <p>Not safe for use by many threads: guarded by the feed's lock.
 */
final class DeadSubscriptionDetector {

    private static final int MOST_PATIENCE = 64;

    private final long period;
    private boolean heard;
    private long silentSince;
    private int missed;
    private int patience = 1;

    /**
     * @param sweep the longest time of silence before a sweep; zero for no sweeps
     * @param part differs from feed to feed, 0 to 1: the time is between half of {@code sweep} and the whole, so that channels
     *     which have fallen silent at the same moment are not swept at the same moment
     * @param now the clock's nanoseconds
     */
    DeadSubscriptionDetector(Duration sweep, double part, long now) {
        this.period = (long) (sweep.toNanos() * (1 + part) / 2);
        this.silentSince = now;
    }

    /** The channel is subscribed, and what came before will be read because of that. */
    void onSubscribed() {
        heard = true;
    }

    /** An event has come. */
    void onMessage() {
        heard = true;
        patience = 1;
    }

    /** Whether it is time for a sweep; the next is due a period later. To be called a few times in a period. */
    boolean isSweepDue(long now) {
        if (heard) {
            heard = false;
            missed = 0;
            silentSince = now;
            return false;
        }
        if (period == 0 || now - silentSince < period) {
            return false;
        }
        silentSince = now;
        return true;
    }

    /** Whether earlier sweeps have found what the channel should have brought by now. */
    boolean isDead() {
        return !heard && missed >= patience;
    }

    /** The transport subscribes again. */
    void onResubscribe() {
        missed = 0;
        patience = Math.min(2 * patience, MOST_PATIENCE);
    }

    /**
     * A sweep has ended.
     *
     * @param grown whether the chain has grown in the meantime
     * @return whether the sweep found something that the channel has not brought
     */
    boolean onSwept(boolean grown) {
        boolean found = grown && !heard;
        if (found) {
            missed++;
        }
        return found;
    }
}
