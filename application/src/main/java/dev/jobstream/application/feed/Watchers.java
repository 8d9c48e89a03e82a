package dev.jobstream.application.feed;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Those who watch one job. Safe for use by many threads; joining and leaving take constant time. */
public final class Watchers {

    private static final Watcher[] NOBODY = {};

    private final List<Watcher> watchers = new ArrayList<>();
    private Watcher @Nullable [] snapshot = NOBODY;

    public synchronized void add(Watcher watcher) {
        watcher.index = watchers.size();
        watchers.add(watcher);
        snapshot = null;
    }

    public synchronized void remove(Watcher watcher) {
        int index = watcher.index;
        if (index < 0) {
            return;
        }
        watcher.index = -1;
        Watcher last = watchers.remove(watchers.size() - 1);
        if (last != watcher) {
            watchers.set(index, last);
            last.index = index;
        }
        snapshot = null;
    }

    /** Those who are there at the moment. Not to be changed. */
    synchronized Watcher[] all() {
        if (snapshot == null) {
            snapshot = watchers.toArray(NOBODY);
        }
        return snapshot;
    }
}
