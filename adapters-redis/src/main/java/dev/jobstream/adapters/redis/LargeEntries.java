package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The entries of journals that were found to be too large for anybody. To look at an entry Valkey copies it, and serves
 * nobody else meanwhile: so each is looked at once, however many come to read, and is passed by from then on.
 *
 * <p>An entry never changes, and a journal loses entries from its front. It is believed that one is still there as long as the
 * journal has not become shorter, for {@value #MINUTES} minutes at most: a journal that has lost its newest entries, or was
 * deleted, is looked at anew. Bounded in jobs and in entries: the oldest are looked at again.
 *
 * <p>Safe for use by many threads.
 */
final class LargeEntries {

    private static final int MOST_JOBS = 1_000;
    private static final int MOST_OF_A_JOB = 64;
    private static final int MINUTES = 10;

    private final LongSupplier nanoTime;
    private final Map<JobId, OfAJob> jobs = new LinkedHashMap<>();

    /** @param nanoTime as {@link System#nanoTime} */
    LargeEntries(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Those of one journal. Immutable. */
    record OfAJob(NavigableMap<EventId, JournalEntry> entries, long journalLength, long since) {

        private static final OfAJob NONE = new OfAJob(new TreeMap<>(), 0, 0);

        /** Whether this journal has lost entries since, these perhaps. */
        boolean isDoubtful(long length) {
            return length < journalLength;
        }
    }

    OfAJob of(JobId job) {
        synchronized (jobs) {
            OfAJob known = jobs.get(job);
            if (known != null && nanoTime.getAsLong() - known.since > TimeUnit.MINUTES.toNanos(MINUTES)) {
                jobs.remove(job);
                known = null;
            }
            return known == null ? OfAJob.NONE : known;
        }
    }

    /**
     * Remembers what a read has told.
     *
     * @param found those that were looked at and are too large
     * @param length of the journal
     */
    void add(JobId job, Collection<JournalEntry> found, long length) {
        synchronized (jobs) {
            OfAJob known = jobs.get(job);
            if (known == null && found.isEmpty()) {
                return;
            }
            NavigableMap<EventId, JournalEntry> entries =
                    known == null ? new TreeMap<>() : new TreeMap<>(known.entries);
            found.forEach(entry -> entries.put(entry.id(), entry));
            while (entries.size() > MOST_OF_A_JOB) {
                entries.pollFirstEntry();
            }
            jobs.put(job, new OfAJob(entries, length, known == null ? nanoTime.getAsLong() : known.since));
            if (jobs.size() > MOST_JOBS) {
                jobs.remove(jobs.keySet().iterator().next());
            }
        }
    }

    void forget(JobId job) {
        synchronized (jobs) {
            jobs.remove(job);
        }
    }
}
