package dev.jobstream.benchmarks;

import java.util.Arrays;

/** What one client has seen of its job's numbered events: which are missing, doubled, or came after a later one. */
final class Sequence {

    enum Seen {
        NEW,
        OUT_OF_ORDER,
        DUPLICATE,
        STALE
    }

    private long base;
    private long[] seen = {};
    private long newest = -1;
    private long distinct;

    /** Forgets all and counts from this number on; earlier ones are stale. */
    void begin(long from) {
        base = from;
        newest = from - 1;
        distinct = 0;
        Arrays.fill(seen, 0);
    }

    Seen see(long number) {
        if (number < base) {
            return Seen.STALE;
        }
        int word = Math.toIntExact((number - base) >> 6);
        long bit = 1L << (number - base);
        if (word >= seen.length) {
            seen = Arrays.copyOf(seen, Math.max(word + 1, seen.length * 2));
        }
        if ((seen[word] & bit) != 0) {
            return Seen.DUPLICATE;
        }
        seen[word] |= bit;
        distinct++;
        if (number < newest) {
            return Seen.OUT_OF_ORDER;
        }
        newest = number;
        return Seen.NEW;
    }

    /** The highest that came; one less than the first that counts, if there is none. */
    long newest() {
        return newest;
    }

    /** How many different ones came. */
    long distinct() {
        return distinct;
    }
}
