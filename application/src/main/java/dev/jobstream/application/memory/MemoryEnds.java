package dev.jobstream.application.memory;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** That jobs have ended, for as long as that is kept: longer than their journals. Not safe for use by many threads. */
final class MemoryEnds {

    /** Beyond it the oldest are forgotten first. */
    private static final int MOST = 100_000;

    private final long ttlMillis;
    /** In the order of their ends, oldest first. */
    private final LinkedHashMap<JobId, Kept> ends = new LinkedHashMap<>();

    MemoryEnds(Duration ttl) {
        this.ttlMillis = ttl.toMillis();
    }

    private record Kept(JobEvent end, long since) {}

    /** @param end the terminal event, without its data */
    void keep(JobId job, JobEvent end, long now) {
        ends.put(job, new Kept(end, now));
        if (ends.size() > MOST) {
            ends.remove(ends.keySet().iterator().next());
        }
    }

    void forget(JobId job) {
        ends.remove(job);
    }

    void forgetExpired(long now) {
        Iterator<Kept> oldest = ends.values().iterator();
        while (oldest.hasNext() && now - oldest.next().since >= ttlMillis) {
            oldest.remove();
        }
    }

    boolean hasEnded(JobId job) {
        return ends.containsKey(job);
    }

    /** What is read of a job of which nothing else is left. */
    JournalPage readAfter(JobId job, EventId after) {
        JobEvent end = end(job);
        if (end == null) {
            return MemoryJournal.NOTHING;
        }
        return JournalPage.ofEnd(end, after);
    }

    JournalPage readBefore(JobId job, EventId before) {
        JobEvent end = end(job);
        return end == null ? MemoryJournal.NOTHING : JournalPage.ofEndBefore(end, before);
    }

    private @Nullable JobEvent end(JobId job) {
        Kept kept = ends.get(job);
        return kept == null ? null : kept.end;
    }
}
