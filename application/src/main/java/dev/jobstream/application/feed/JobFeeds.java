package dev.jobstream.application.feed;

import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of the jobs that are watched on this node: one a job, made for the first watcher, closed when the last has
 * been gone for the linger time. The map's own lock for a key orders coming and going.
 */
public final class JobFeeds {

    private final ConcurrentHashMap<JobId, Entry> entries = new ConcurrentHashMap<>();
    private final FeedContext context;
    private final Sweeper sweeper;

    /**
     * @param source where events come from
     * @param settings how jobs are followed
     * @param metrics what is counted
     * @param workers do what takes long, but never waits
     * @param readers read journals, and wait for them
     * @param clock what time it is
     */
    public JobFeeds(
            EventSource source,
            FeedSettings settings,
            FeedMetrics metrics,
            Executor workers,
            Executor readers,
            StreamClock clock) {
        DeliveryTime time = new DeliveryTime(Runtime.getRuntime().availableProcessors(), clock);
        this.context = new FeedContext(source, settings, metrics, time.counted(workers), readers, time, clock);
        this.sweeper = new Sweeper(readers);
    }

    /** A feed, how many hold it, and since when nobody does. */
    private record Entry(JobFeed feed, int holders, long idleSince) {}

    /** The job's feed, to be {@link #release released} once. */
    public JobFeed acquire(JobId job) {
        Entry entry = entries.compute(job, (key, known) -> {
            JobFeed feed = known == null ? new JobFeed(key, context) : known.feed;
            return new Entry(feed, known == null ? 1 : known.holders + 1, 0);
        });
        try {
            entry.feed.start();
        } catch (RuntimeException | Error e) {
            release(entry.feed);
            throw e;
        }
        return entry.feed;
    }

    /** Gives the feed back. It is closed when nobody has held it for the linger time. */
    public void release(JobFeed feed) {
        close(entries.compute(feed.job(), (key, known) -> {
            if (known == null || known.feed != feed) {
                return known;
            }
            return new Entry(feed, known.holders - 1, context.clock().nanos());
        }));
    }

    /**
     * Lets the feeds do what is due, and closes those that have lingered. All have their turn before a failure of one is
     * thrown.
     */
    public void tick() {
        Failures failures = new Failures();
        for (Entry entry : entries.values()) {
            failures.attempt(entry.feed::tick);
            failures.attempt(() -> sweepIfDue(entry));
            failures.attempt(() -> close(entry));
        }
        failures.rethrow();
    }

    /** Not while it lingers: nobody waits, and its turn comes with the first tick after somebody has come. */
    private void sweepIfDue(Entry entry) {
        if (entry.holders > 0 && entry.feed.isSweepDue()) {
            sweeper.add(entry.feed);
        }
    }

    private void close(@Nullable Entry entry) {
        if (entry != null
                && entry.holders == 0
                && context.clock().nanos() - entry.idleSince
                        >= context.settings().linger().toNanos()
                && entries.remove(entry.feed.job(), entry)) {
            try {
                entry.feed.close();
            } finally {
                context.metrics().feedClosed();
            }
        }
    }

    /** The jobs that are followed, those that linger included. */
    public int size() {
        return entries.size();
    }
}
