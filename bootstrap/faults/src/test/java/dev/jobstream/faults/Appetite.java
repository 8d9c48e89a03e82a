package dev.jobstream.faults;

import java.util.Arrays;

/** How many bytes a client reads, and which it has read when. Changed by the clients' thread, or before they come. */
final class Appetite {

    private static final int UNLIMITED = Integer.MAX_VALUE;

    private volatile int bytesPerSecond = UNLIMITED;
    private double credit;
    private long creditedAt;
    private long[] nanos = new long[64];
    private long[] totals = new long[64];
    private int size;

    /** @param perSecond 0 for none at all */
    void limit(int perSecond) {
        bytesPerSecond = perSecond;
    }

    void unlimited() {
        bytesPerSecond = UNLIMITED;
    }

    boolean isLimited() {
        return bytesPerSecond != UNLIMITED;
    }

    boolean isNone() {
        return bytesPerSecond == 0;
    }

    /** What it may read by now. It makes up for a late timer, by a second's bytes at the most. */
    int allowance(long now) {
        int rate = bytesPerSecond;
        if (rate == UNLIMITED) {
            return UNLIMITED;
        }
        double seconds = creditedAt == 0 ? 0.1 : (now - creditedAt) / 1e9;
        credit = Math.min(rate, credit + seconds * rate);
        creditedAt = now;
        return (int) credit;
    }

    void took(int bytes, long now) {
        if (!isLimited()) {
            return;
        }
        credit -= bytes;
        synchronized (this) {
            if (size == nanos.length) {
                nanos = Arrays.copyOf(nanos, size * 2);
                totals = Arrays.copyOf(totals, size * 2);
            }
            nanos[size] = now;
            totals[size] = (size == 0 ? 0 : totals[size - 1]) + bytes;
            size++;
        }
    }

    /** The least that it took in any so long a time between these moments; nothing if they are less apart. */
    synchronized long leastTaken(long window, long from, long to) {
        long least = to - from < window ? 0 : takenUntil(to) - takenUntil(to - window);
        for (int i = 0; i < size; i++) {
            // Just behind what it took it has to wait the longest for more.
            if (nanos[i] >= from && nanos[i] + window <= to) {
                least = Math.min(least, takenUntil(nanos[i] + window) - totals[i]);
            }
        }
        return least;
    }

    private long takenUntil(long moment) {
        int at = Arrays.binarySearch(nanos, 0, size, moment);
        int last = at >= 0 ? at : -at - 2;
        return last < 0 ? 0 : totals[last];
    }
}
