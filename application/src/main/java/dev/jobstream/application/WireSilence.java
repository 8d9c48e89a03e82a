package dev.jobstream.application;

import java.time.Duration;

/**
 * For how long a feed has heard nothing from its wire, and whether that is because there was nothing to hear.
 *
 * <p>A wire that has fallen silent may have died: its subscription was lost without a word. So the journal is read after a
 * while of silence, which is called a sweep. What a sweep finds should have come over the wire too, and may be on its way;
 * if nothing at all has come by a later sweep, the subscription is deaf. Each time it is made anew and the first word is
 * still missing, more sweeps have to speak against it than before: somebody may be writing to the journal without
 * publishing, and that is no fault of the wire's.
 *
 * <p>Not safe for use by many threads: guarded by the feed's lock.
 */
final class WireSilence {

    private static final int MOST_PATIENCE = 64;

    private final long period;
    private boolean heard;
    private long silentSince;
    private int missed;
    private int patience = 1;

    /**
     * @param sweep the longest time of silence before a sweep; zero for no sweeps
     * @param part of it that differs from feed to feed, 0 to 1: the time is between half of it and the whole, so that what
     *     has fallen silent at the same moment is not swept at the same moment
     * @param now the clock's nanoseconds
     */
    WireSilence(Duration sweep, double part, long now) {
        this.period = (long) (sweep.toNanos() * (1 + part) / 2);
        this.silentSince = now;
    }

    /** The wire stands, and what came before will be read because of that. */
    void connected() {
        heard = true;
    }

    /** An event has come. */
    void event() {
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

    /** Whether earlier sweeps have found what the wire should have brought by now. */
    boolean isDeaf() {
        return !heard && missed >= patience;
    }

    /** The subscription is being made anew. */
    void renewed() {
        missed = 0;
        patience = Math.min(2 * patience, MOST_PATIENCE);
    }

    /**
     * A sweep has ended.
     *
     * @param grown whether the chain has grown in the meantime
     * @return whether it was the sweep that found something, and not the wire
     */
    boolean swept(boolean grown) {
        boolean found = grown && !heard;
        if (found) {
            missed++;
        }
        return found;
    }
}
