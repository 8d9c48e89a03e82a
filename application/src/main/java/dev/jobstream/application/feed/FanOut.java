package dev.jobstream.application.feed;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes the watchers of a job, and lets events gather where that takes long.
 *
 * <p>A few watchers are written to at once, by the thread that brought the event, unless events come densely or that thread
 * has spent its time. Many are served in rounds, by a few workers that take the next watcher each time they
 * are done with one; the next round begins when all watchers of the last have been taken. Where a round takes long, an event
 * waits for another to share its write, as long as that one is expected in time: the events keep the distance of the last
 * two, and the oldest of those that wait, waits for no longer than follows from how long a round takes. So a job at rest, or
 * one whose events are too far apart to share a write, is served at once.
 *
 * <p><b>No wake is lost.</b> A wake sets {@code waiting}, and only a round that is about to look at the watchers takes it away.
 * While it is set, a round is on its way or under way, whose end looks at it again, or there is a timer for {@code oldest}.
 */
final class FanOut {

    /** A round that takes less is over before the next event comes: none waits for it. */
    static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * The longest that an event may take for the sake of others, the round included: twice as long is what a reader of a live
     * stream begins to notice. Where a round alone takes longer, no event waits.
     */
    static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(33);

    /** How much longer than a round an event may wait for it, within that limit. */
    static final int PATIENCE_PER_ROUND = 4;

    /** So many watchers are served by the thread that brings the event. */
    static final int FEW = 16;

    /** Events that come sooner than this after the last are left to a worker, where they gather for one write. */
    static final long DENSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private static final int WORKERS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final Watchers watchers;
    private final Executor workers;
    private final InlineDeliveryBudget budget;
    private final StreamClock clock;
    private volatile long latestOfFew;

    /** Whether events came that no round has looked at, the first of them at {@code oldest}. */
    private boolean waiting;

    private long oldest;
    private long latest;
    private long distance;

    /** How long the first may wait; 0 where rounds are short, or so long that nothing may wait. */
    private long patience;

    private boolean serving;

    FanOut(Watchers watchers, Executor workers, InlineDeliveryBudget budget, StreamClock clock) {
        this.budget = budget;
        this.latestOfFew = clock.nanos() - DENSE_NANOS;
        this.watchers = watchers;
        this.workers = workers;
        this.clock = clock;
        this.latest = clock.nanos();
    }

    /** There is something to read for all of them. Does not block. */
    void wake() {
        Watcher[] all = watchers.all();
        long now = clock.nanos();
        if (all.length <= FEW) {
            wakeFew(all, now);
        } else if (isRoundDue(now)) {
            workers.execute(this::round);
        }
    }

    private void wakeFew(Watcher[] few, long now) {
        boolean dense = now - latestOfFew < DENSE_NANOS;
        latestOfFew = now;
        if (dense || !budget.isLeft(now)) {
            for (Watcher watcher : few) {
                watcher.wakeLater();
            }
        } else {
            for (Watcher watcher : few) {
                watcher.wake();
            }
            budget.spend(clock.nanos() - now);
        }
    }

    private synchronized boolean isRoundDue(long now) {
        distance = now - latest;
        latest = now;
        boolean first = !waiting;
        if (first) {
            waiting = true;
            oldest = now;
        }
        return !serving && begins(now, first);
    }

    /**
     * Whether a round begins with what waits; else it waits for another event.
     *
     * @param first whether no timer has been set for the oldest
     */
    private boolean begins(long now, boolean first) {
        long left = patience - (now - oldest);
        if (left <= 0 || distance > patience - (latest - oldest)) {
            serving = true;
            return true;
        }
        if (first) {
            long of = oldest;
            clock.after(left, workers, () -> onPatienceEnd(of));
        }
        return false;
    }

    private void onPatienceEnd(long of) {
        synchronized (this) {
            if (serving || !waiting || oldest != of) {
                return; // A round began before, since no other event was expected in time.
            }
            serving = true;
        }
        round();
    }

    private void round() {
        synchronized (this) {
            waiting = false;
        }
        Round round = new Round(watchers.all(), clock.nanos());
        for (int i = 1; i < WORKERS; i++) {
            workers.execute(round);
        }
        round.run();
    }

    private synchronized boolean isNextDue(long took, long now) {
        serving = false;
        patience = took < SHORT_NANOS ? 0 : Math.max(0, Math.min(PATIENCE_PER_ROUND * took, LONGEST_NANOS - took));
        return waiting && begins(now, true);
    }

    /** The watchers that are to be served, each by whichever worker is free first. */
    private final class Round implements Runnable {

        private final Watcher[] watchers;
        private final long begun;
        private final AtomicInteger next = new AtomicInteger();

        Round(Watcher[] watchers, long begun) {
            this.watchers = watchers;
            this.begun = begun;
        }

        @Override
        public void run() {
            int index = next.getAndIncrement();
            try {
                for (; index < watchers.length; index = next.getAndIncrement()) {
                    watchers[index].wake();
                }
            } catch (RuntimeException | Error e) {
                workers.execute(this); // This worker ends with what its watcher has failed with.
                throw e;
            }
            if (index == watchers.length) { // Exactly one of them comes upon the end.
                long now = clock.nanos();
                if (isNextDue(now - begun, now)) {
                    workers.execute(FanOut.this::round);
                }
            }
        }
    }
}
