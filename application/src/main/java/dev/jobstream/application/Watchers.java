package dev.jobstream.application;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sessions that watch one job. Safe for use by many threads; joining and leaving take constant time. */
final class Watchers {

    private static final StreamSession[] NOBODY = {};

    private final List<StreamSession> sessions = new ArrayList<>();
    private StreamSession @Nullable [] snapshot = NOBODY;

    synchronized void add(StreamSession session) {
        session.watcherIndex = sessions.size();
        sessions.add(session);
        snapshot = null;
    }

    synchronized void remove(StreamSession session) {
        int index = session.watcherIndex;
        if (index < 0) {
            return;
        }
        session.watcherIndex = -1;
        StreamSession last = sessions.remove(sessions.size() - 1);
        if (last != session) {
            sessions.set(index, last);
            last.watcherIndex = index;
        }
        snapshot = null;
    }

    /** Those who are there at the moment. Not to be changed. */
    synchronized StreamSession[] all() {
        if (snapshot == null) {
            snapshot = sessions.toArray(NOBODY);
        }
        return snapshot;
    }
}
