package dev.jobstream.application.quota;

import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.domain.QuotaLeases.Limit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The places that this node holds, by what they are counted under, and which of these numbers the others have not been told.
 * What nobody holds is forgotten. Safe for use by many threads.
 */
final class Held {

    /** Of one key. Guarded by the {@link Held}. */
    static final class Count {

        private final String key;
        private int held;
        /** Those that somebody waits for: counted here, told to nobody. */
        private int pending;

        private Count(String key) {
            this.key = key;
        }
    }

    /** What the others are told; see {@link QuotaLeases#report}. */
    record Report(boolean whole, Map<String, Integer> held) {}

    private final Map<String, Count> counts = new HashMap<>();
    private final boolean shared;
    private final Set<String> untold = new LinkedHashSet<>();
    private boolean allUntold = true;

    /** @param shared whether others are told */
    Held(boolean shared) {
        this.shared = shared;
    }

    /** Keeps a place free for a wish, if this node alone does not reach a limit: as the answers of a report. */
    synchronized int reserve(Wish wish, Places places) {
        List<Count> found = new ArrayList<>(wish.limits.size());
        int full = QuotaLeases.GRANTED;
        for (Limit limit : wish.limits) {
            Count count = counts.computeIfAbsent(limit.key(), Count::new);
            if (full == QuotaLeases.GRANTED && count.held + count.pending >= limit.most()) {
                full = found.size();
            }
            found.add(count);
        }
        if (full == QuotaLeases.GRANTED) {
            found.forEach(count -> count.pending++);
            wish.place = new Place(places, List.copyOf(found));
        } else {
            found.forEach(this::forgetIfUnused);
        }
        return full;
    }

    /**
     * Answers a wish, if nobody has.
     *
     * @param told whether the others know of it
     * @return the answer that it has now
     */
    synchronized int settle(Wish wish, int full, boolean told) {
        if (wish.settled) {
            if (told && full == QuotaLeases.GRANTED) {
                wish.place.counts().forEach(this::note); // The others count it twice, or one that was freed.
            }
            return wish.full;
        }
        wish.settled = true;
        wish.full = full;
        for (Count count : wish.place.counts()) {
            count.pending--;
            if (full == QuotaLeases.GRANTED) {
                count.held++;
                if (!told) {
                    note(count);
                }
            }
            forgetIfUnused(count);
        }
        return full;
    }

    synchronized boolean isSettled(Wish wish) {
        return wish.settled;
    }

    synchronized void free(Place place) {
        if (place.freeOnce()) {
            for (Count count : place.counts()) {
                count.held--;
                note(count);
                forgetIfUnused(count);
            }
        }
    }

    private void note(Count count) {
        if (shared && !allUntold) {
            untold.add(count.key);
        }
    }

    private void forgetIfUnused(Count count) {
        if (count.held == 0 && count.pending == 0) {
            counts.remove(count.key, count);
        }
    }

    synchronized boolean hasUntold() {
        return allUntold || !untold.isEmpty();
    }

    /** It is not known what the others know. */
    synchronized void forgetWhatWasTold() {
        allUntold = true;
        untold.clear();
    }

    /** What is told next, and counts as told from now on: what these wishes are about, and other keys up to a number. */
    synchronized Report report(int most, List<Wish> wishes) {
        boolean whole = allUntold;
        if (whole) {
            counts.values().stream().filter(count -> count.held > 0).forEach(count -> untold.add(count.key));
            allUntold = false;
        }
        Map<String, Integer> told = new HashMap<>();
        for (Wish wish : wishes) {
            for (Count count : wish.place.counts()) {
                told.put(count.key, held(count.key));
                untold.remove(count.key);
            }
        }
        for (Iterator<String> keys = untold.iterator(); keys.hasNext() && told.size() < most; keys.remove()) {
            String key = keys.next();
            told.put(key, held(key));
        }
        return new Report(whole, told);
    }

    synchronized int held(String key) {
        Count count = counts.get(key);
        return count == null ? 0 : count.held;
    }

    /** The keys that something is held of, or waited for. */
    synchronized int size() {
        return counts.size();
    }
}
