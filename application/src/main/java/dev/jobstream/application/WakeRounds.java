package dev.jobstream.application;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes the watchers of a job, and lets events gather while that takes long.
 *
 * <p>A few watchers are woken at once. Many are served in rounds, by a few workers that take the next session each time they
 * are done with one. The next round begins when all sessions of the last have been taken, and after a pause that follows from
 * how long that took. So one write carries what came in the meantime, where each event would have had a write of its own,
 * and a job that nobody hurries is not kept waiting: a round that took less than {@link #SHORT_NANOS} is followed by no
 * pause. Each session is reached once in a round and a pause, which bounds what an event waits for the sake of others.
 *
 * <p><b>No wake is lost.</b> {@code state} moves from REST to BUSY with a round, from BUSY to MORE with an event, and back to
 * REST only out of BUSY, when nothing came since the last round began.
 *
 * <p><b>Who does not read keeps nobody waiting.</b> A session that is stuck keeps a worker, and is passed over until it is
 * free again. While sessions are left and none has been taken for {@link #STUCK_NANOS}, twice as many workers take part.
 */
final class WakeRounds {

    /** A round that took less is over before the next event comes. */
    static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * What a round and its pause may take together, and so the longest that an event waits for the sake of others: twice as
     * long is what a reader of a live stream begins to notice. A round that takes longer is followed by no pause.
     */
    static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(33);

    /** How much longer than a round its pause is, within that limit. */
    static final int PAUSE_PER_ROUND = 3;

    /** So many watchers are woken by whoever brings the event. */
    static final int FEW = 4;

    /** A session that is not done with after this time is stuck. */
    static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final int WORKERS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private static final int REST = 0;
    private static final int BUSY = 1;
    private static final int MORE = 2;

    private final Watchers watchers;
    private final Executor workers;
    private final StreamClock clock;
    private final AtomicInteger state = new AtomicInteger(REST);

    WakeRounds(Watchers watchers, Executor workers, StreamClock clock) {
        this.watchers = watchers;
        this.workers = workers;
        this.clock = clock;
    }

    /** There is something to read for all of them. Does not block. */
    void wake() {
        StreamSession[] all = watchers.all();
        if (all.length <= FEW) {
            for (StreamSession session : all) {
                session.wake();
            }
            return;
        }
        while (true) {
            switch (state.get()) {
                case REST -> {
                    if (state.compareAndSet(REST, BUSY)) {
                        workers.execute(this::round);
                        return;
                    }
                }
                case BUSY -> {
                    if (state.compareAndSet(BUSY, MORE)) {
                        return;
                    }
                }
                default -> {
                    return;
                }
            }
        }
    }

    private void round() {
        state.set(BUSY);
        Round round = new Round(watchers.all(), clock.nanos());
        for (int i = 1; i < WORKERS; i++) {
            workers.execute(round);
        }
        clock.after(STUCK_NANOS, workers, () -> round.relieve(0, WORKERS));
        round.run();
    }

    /** The sessions that are to be served, each by whichever worker is free first. */
    private final class Round implements Runnable {

        private final StreamSession[] sessions;
        private final long begun;
        private final AtomicInteger next = new AtomicInteger();

        Round(StreamSession[] sessions, long begun) {
            this.sessions = sessions;
            this.begun = begun;
        }

        @Override
        public void run() {
            int index = next.getAndIncrement();
            try {
                for (; index < sessions.length; index = next.getAndIncrement()) {
                    sessions[index].wakeHere();
                }
            } catch (RuntimeException | Error e) {
                workers.execute(this); // This worker ends with what its session has failed with.
                throw e;
            }
            if (index == sessions.length) { // Exactly one of them comes upon the end.
                pause(clock.nanos() - begun);
            }
        }

        void relieve(int taken, int present) {
            int now = next.get();
            if (now >= sessions.length) {
                return;
            }
            int more = now == taken ? present : 0;
            for (int i = 0; i < more; i++) {
                workers.execute(this);
            }
            clock.after(STUCK_NANOS, workers, () -> relieve(now, present + more));
        }
    }

    private void pause(long round) {
        long pause = Math.min(PAUSE_PER_ROUND * round, LONGEST_NANOS - round);
        if (round < SHORT_NANOS || pause <= 0) {
            next();
        } else {
            clock.after(pause, workers, this::next);
        }
    }

    private void next() {
        if (!state.compareAndSet(BUSY, REST)) {
            workers.execute(this::round);
        }
    }
}
