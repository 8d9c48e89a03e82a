package dev.jobstream.application.feed;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes the watchers of a job, and lets events gather where the machine is busy.
 *
 * <p>A few watchers are written to by the thread that brought the event, unless events come densely or that thread has spent
 * its time. Many are served in rounds, by a few workers that take the next watcher each time they are done with one; the next
 * round begins when all watchers of the last have been taken.
 *
 * <p>Where the machine is at rest nothing waits. The busier it is with deliveries, the longer an event waits for others to
 * share its write, but only as long as the next is expected in time: events keep the distance of the last two. For one more
 * it waits nearly as long as a reader may, for several only as long as follows from how long a round takes. So events that
 * are too far apart to share a write are delivered at once on a busy machine too.
 *
 * <p><b>No wake is lost.</b> A wake sets {@code waiting}, and only a round that is about to look at the watchers takes it away.
 * While it is set, a round is on its way or under way, whose end looks at it again, or there is a timer, which looks at it.
 */
final class FanOut {

    /**
     * The longest that an event may take for the sake of others, the round included: twice as long is what a reader of a live
     * stream begins to notice. Where a round alone takes longer, no event waits.
     */
    static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(33);

    /** How much longer than a round an event may wait for several others, within that limit. */
    static final int PATIENCE_PER_ROUND = 4;

    /** So long it may where rounds are short. */
    static final long SHORT_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    /** For fewer watchers a write that is saved costs less than looking again. */
    static final int LEAST_WHO_SHARE = 4;

    /** So many watchers are served by the thread that brings the event. */
    static final int FEW = 16;

    /** Events that come sooner than this after the last are left to a worker, where they gather for one write. */
    static final long DENSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private static final int WORKERS = Math.max(2, Runtime.getRuntime().availableProcessors());

    /** For fewer watchers another worker is not woken. */
    private static final int WATCHERS_PER_WORKER = 8;

    private final Watchers watchers;
    private final Executor workers;
    private final DeliveryTime time;
    private final StreamClock clock;

    /** How many events came that no round has looked at, the first of them at {@code oldest}. */
    private int waiting;

    private long oldest;
    private long latest;
    private long distance;

    /** How long the last round took. */
    private long took;

    private boolean serving;

    /** Whether there is a timer, and when the next one goes off. */
    private boolean timed;

    private long timer;

    FanOut(Watchers watchers, Executor workers, DeliveryTime time, StreamClock clock) {
        this.watchers = watchers;
        this.workers = workers;
        this.time = time;
        this.clock = clock;
        this.latest = clock.nanos() - DENSE_NANOS;
    }

    /** There is something to read for all of them. Does not block. */
    void wake() {
        long now = clock.nanos();
        boolean dense;
        synchronized (this) {
            distance = now - latest;
            latest = now;
            dense = distance < DENSE_NANOS;
            if (waiting++ == 0) {
                oldest = now;
            }
            if (serving || !begins(now)) {
                return;
            }
        }
        if (watchers.all().length > FEW) {
            workers.execute(this::round);
        } else if (dense || !time.isLeftToBringers(now)) {
            serveLater();
        } else {
            serveHere(now);
        }
    }

    /** Whether a round begins with what waits; else it waits for another event, and a timer looks at it. */
    private boolean begins(long now) {
        long deadline = oldest + patience(now);
        if (now - deadline >= 0 || latest + distance - deadline > 0) {
            serving = true;
            return true;
        }
        if (!timed || deadline - timer < 0) {
            timed = true;
            timer = deadline;
            clock.after(deadline - now, Runnable::run, () -> onTimer(deadline));
        }
        return false;
    }

    /** How long the oldest event may wait, in nanoseconds. */
    private long patience(long now) {
        double pressure = watchers.all().length < LEAST_WHO_SHARE ? 0 : time.pressure(now);
        if (pressure == 0) {
            return 0;
        }
        long wish = Math.max(SHORT_PATIENCE_NANOS, PATIENCE_PER_ROUND * took);
        if (waiting == 1 && distance < LONGEST_NANOS) {
            wish = Math.max(wish, distance + distance / 2); // The next may be late by so much.
        }
        return Math.round(pressure * Math.max(0, Math.min(wish, LONGEST_NANOS - took)));
    }

    /** On the thread that keeps the time. Does not block. */
    private void onTimer(long deadline) {
        synchronized (this) {
            if (timer == deadline) {
                timed = false;
            }
            if (serving || waiting == 0 || !begins(clock.nanos())) {
                return;
            }
        }
        workers.execute(this::round);
    }

    /** Serves a few on the thread that brought the event. */
    private void serveHere(long begun) {
        boolean served = false;
        try {
            for (Watcher watcher : nextRound()) {
                watcher.wake();
            }
            served = true;
        } finally {
            if (!served) {
                workers.execute(this::round); // Of all others than the one whose failure this thread gets.
            }
        }
        long now = clock.nanos();
        time.spentByBringer(now - begun);
        endRound(begun, now);
    }

    /** Leaves a few to workers, each by itself: who is blocked costs nothing. */
    private void serveLater() {
        for (Watcher watcher : nextRound()) {
            watcher.wakeLater();
        }
        goOn(clock.nanos());
    }

    private void round() {
        Round round = new Round(nextRound(), clock.nanos());
        int helpers = Math.min(WORKERS, round.watchers.length / WATCHERS_PER_WORKER) - 1;
        for (int i = 0; i < helpers; i++) {
            workers.execute(round);
        }
        round.run();
    }

    /** Whoever is a watcher by now sees what has come by now. */
    private Watcher[] nextRound() {
        synchronized (this) {
            waiting = 0;
        }
        return watchers.all();
    }

    private void endRound(long begun, long now) {
        synchronized (this) {
            took = now - begun;
        }
        goOn(now);
    }

    /** With what has come meanwhile. */
    private void goOn(long now) {
        synchronized (this) {
            serving = false;
            if (waiting == 0 || !begins(now)) {
                return;
            }
        }
        workers.execute(this::round);
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
                endRound(begun, clock.nanos());
            }
        }
    }
}
