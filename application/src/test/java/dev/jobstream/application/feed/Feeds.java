package dev.jobstream.application.feed;

import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/** What tests of those who use feeds have to know of their inside. */
public final class Feeds {

    /** Events that are so far apart are delivered by the thread that brings them. */
    public static final Duration NOT_DENSE = Duration.ofNanos(FanOut.DENSE_NANOS);

    /** So many watchers are served by the thread that brings the event. */
    public static final int FEW = FanOut.FEW;

    /** A delivery that takes so long spends all that a thread which brings events may spend on it. */
    public static final Duration WHOLE_BUDGET = Duration.ofNanos(DeliveryTime.MOST_NANOS);

    /** After so long such a thread may deliver again. */
    public static final Duration BUDGET_PERIOD = Duration.ofNanos(DeliveryTime.PERIOD_NANOS);

    /** No event waits longer for others to share its write. */
    public static final Duration LONGEST_WAIT = Duration.ofNanos(FanOut.LONGEST_NANOS);

    /** For so long an event vouches for the next. */
    public static final Duration VOUCHED = Duration.ofNanos(UnconfirmedEvents.VOUCHED_NANOS);

    private Feeds() {}

    /** A feed that is not started. */
    public static JobFeed feed(
            JobId job, EventSource source, FeedSettings settings, Executor executor, StreamClock clock) {
        return feed(job, context(source, settings, new FeedMetrics() {}, executor, executor, clock));
    }

    static JobFeed feed(JobId job, FeedContext context) {
        return new JobFeed(job, context);
    }

    /** A feed that is not started, whose journal is read elsewhere. */
    public static JobFeed feed(
            JobId job,
            EventSource source,
            FeedSettings settings,
            Executor workers,
            Executor readers,
            StreamClock clock) {
        return feed(job, context(source, settings, new FeedMetrics() {}, workers, readers, clock));
    }

    static FeedContext context(
            EventSource source,
            FeedSettings settings,
            FeedMetrics metrics,
            Executor workers,
            Executor readers,
            StreamClock clock) {
        DeliveryTime time = new DeliveryTime(1, clock);
        return new FeedContext(source, settings, metrics, workers, readers, time, clock);
    }

    /** Those who are among the watchers at the moment. */
    public static List<Watcher> all(Watchers watchers) {
        return List.of(watchers.all());
    }

    /** Replaces the lock under which the feed's journal is read. */
    public static void readUnder(JobFeed feed, ReentrantLock lock) {
        try {
            Field reads = JobFeed.class.getDeclaredField("journal");
            reads.setAccessible(true);
            readUnder((SharedJournalReads) reads.get(feed), lock);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static void readUnder(SharedJournalReads journal, ReentrantLock lock) {
        try {
            Field reading = SharedJournalReads.class.getDeclaredField("reading");
            reading.setAccessible(true);
            reading.set(journal, lock);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
