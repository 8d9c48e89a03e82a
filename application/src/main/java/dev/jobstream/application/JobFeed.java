package dev.jobstream.application;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The events of one job for everybody on this node who watches it: the only upstream subscription, and what is known of
 * the job's chain.
 *
 * <p><b>Why no event is lost or doubled.</b> An event enters the chain in one of two ways only: it names the newest event
 * as its predecessor, or the journal, read after the newest event, says that it comes next. So the window is an unbroken
 * piece of the journal, but for breaks that are in the journal itself, and those show in the events' predecessors: see
 * {@link EventBatch#forEach}. An event from the wire that does not fit is dropped. It was journaled before it was
 * published, so that a read which begins after it was heard finds it; {@code catchUpWanted} is set when it is dropped and
 * cleared before such a read begins, which makes that order certain. The same read follows each acknowledged subscribe,
 * after which every later event is heard.
 *
 * <p><b>Why nobody is given the events of another journal.</b> What the wire brings without proof is believed only where it
 * continues what has just come and was true: see {@link WireTrust}. Else it is no more than a reason to read the journal.
 *
 * <p><b>Why a wire that dies without a word costs seconds.</b> A feed that has heard nothing for a while reads the journal all
 * the same, and has a subscription that proves to be deaf made anew: see {@link WireSilence}. That read asks for nothing
 * that is known to be missing, so that it is not repeated when it fails.
 *
 * <p><b>Why every watcher sees it.</b> A watcher is woken after the chain has grown, and reads from its cursor until there
 * is nothing more. A cursor that the window knows is answered by the window, any other by the journal, whose events are
 * offered to the chain too: a reader that has overtaken the wire takes the feed along.
 *
 * <p><b>Locks.</b> {@code lock} guards the fields. It is held for moments, on the wire's thread too, and the transport is
 * never called under it. The journal is read by readers only, one at a time, see {@link JournalReads}.
 */
final class JobFeed implements EventListener {

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int ATTEMPTS = 3;

    /** Of the range of an {@code int}. */
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final JobId job;
    private final EventSource source;
    private final Executor workers;
    private final Executor readers;
    private final StreamClock clock;
    private final StreamMetrics metrics;
    private final JournalReads journal;
    private final JournalFollower follower;
    private final Watchers watchers = new Watchers();
    private final WakeRounds rounds;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final AtomicBoolean started = new AtomicBoolean();

    private final Object lock = new Object();
    private final Chain chain;
    private final WireSilence silence;
    private final WireLosses losses = new WireLosses();
    private final WireTrust trust = new WireTrust();
    private boolean catchUpWanted;
    private boolean catchUpQueued;
    private long retryAt;
    private EventSource.@Nullable Subscription subscription;
    private boolean closed;

    JobFeed(
            JobId job,
            EventSource source,
            StreamSettings settings,
            StreamMetrics metrics,
            Executor workers,
            Executor readers,
            CallerTime callers,
            StreamClock clock) {
        metrics.feedOpened();
        this.job = job;
        this.source = source;
        this.workers = workers;
        this.readers = new SerialExecutor(readers);
        this.clock = clock;
        this.metrics = metrics;
        this.rounds = new WakeRounds(watchers, workers, callers, clock);
        this.chain = new Chain(settings);
        this.silence = new WireSilence(settings.sweep(), partOf(job), clock.nanos());
        this.journal = new JournalReads(job, source, settings.batchEvents(), clock);
        this.follower = new JournalFollower(job, source, chain, lock, settings, metrics);
    }

    /** Evenly spread over 0 to 1, and for a job always the same. */
    private static double partOf(JobId job) {
        return (job.hashCode() * GOLDEN_RATIO >>> Byte.SIZE) / (double) (1 << Integer.SIZE - Byte.SIZE);
    }

    JobId job() {
        return job;
    }

    // ---- life ----

    /** Begins to listen, the first time it is called; the next time, if it could not. */
    void start() {
        if (!started.compareAndSet(false, true)) {
            return;
        }
        EventSource.Subscription begun;
        try {
            begun = source.listen(job, this);
        } catch (RuntimeException | Error e) {
            started.set(false);
            throw e;
        }
        synchronized (lock) {
            if (!closed) {
                subscription = begun;
                return;
            }
        }
        begun.close();
    }

    void close() {
        EventSource.Subscription ended;
        synchronized (lock) {
            closed = true;
            ended = subscription;
        }
        if (ended != null) {
            ended.close();
        }
    }

    /** Tries again what the transport has refused. */
    void tick() {
        journal.tick();
        synchronized (lock) {
            if (catchUpWanted && clock.nanos() - retryAt >= 0) {
                queueCatchUp();
            }
        }
    }

    // ---- the wire ----

    @Override
    public void onConnected() {
        journal.forget();
        synchronized (lock) {
            silence.connected();
            losses.connected();
            catchUpWanted = true;
            queueCatchUp();
        }
    }

    @Override
    public void onUnreadable() {
        synchronized (lock) {
            silence.event();
            ask(null);
        }
    }

    @Override
    public void onUnconfirmed(JobEvent event) {
        synchronized (lock) {
            silence.event();
            long now = clock.nanos();
            if (chain.holds(event.journaledId())) {
                trust.vouch(now); // The journal was the first to tell, and says the same.
                return;
            }
            if (!trust.vouches(now) || !chain.isNext(event)) {
                ask(event);
                return;
            }
            trust.vouch(now);
            chain.append(event);
        }
        rounds.wake();
    }

    /** Has the journal asked about something that the wire has told. */
    private void ask(@Nullable JobEvent event) {
        long now = clock.nanos();
        long wait = trust.ask(event, chain.head(), now);
        if (wait == 0) {
            catchUpWanted = true;
            queueCatchUp();
        } else if (!catchUpWanted) {
            catchUpWanted = true;
            retryAt = now + wait;
        }
    }

    @Override
    public void onEvent(JobEvent event) {
        boolean grown;
        boolean lost = false;
        synchronized (lock) {
            silence.event();
            grown = chain.offer(event);
            EventId id = event.id();
            if (!grown && id != null && !chain.holds(id)) {
                lost = losses.drop(event, chain.head());
                catchUpWanted = true;
                queueCatchUp();
            }
        }
        if (grown) {
            rounds.wake();
        } else if (lost) {
            metrics.healed();
        }
    }

    // ---- the watchers ----

    Watchers watchers() {
        return watchers;
    }

    StreamMetrics metrics() {
        return metrics;
    }

    /** Threads for what takes long, but never waits. */
    Executor workers() {
        return workers;
    }

    /** Where this job's journal may be read: one after the other. */
    Executor readers() {
        return readers;
    }

    /**
     * Waits until this feed knows where the job stands, but no longer than this. While the transport is away a stream opens
     * all the same, and begins when it is back.
     */
    void awaitReady(Duration atMost) {
        try {
            boolean unused = ready.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fixes where a new cursor stands; whether the job has ended and nothing is left for it. */
    boolean join(Cursor cursor) {
        synchronized (lock) {
            chain.locate(cursor);
            return chain.isFinishedFor(cursor) || chain.isOnlyEndLeftFor(cursor);
        }
    }

    /**
     * Reads what the window has after the cursor, and moves it. Does not block.
     *
     * @return {@code null} if there is nothing for now, or if the journal has to be read: see {@link Cursor#behind}
     */
    @Nullable
    EventBatch readWindow(Cursor cursor) {
        synchronized (lock) {
            if (chain.head() == null) {
                return null;
            }
            chain.locate(cursor);
            return cursor.behind ? null : chain.read(cursor);
        }
    }

    /**
     * Reads what comes after the cursor, and moves it. Blocks while the journal is read, where it has to be.
     *
     * @return {@code null} if there is nothing for now; a wake follows when there is, unless it {@link #isOver}
     * @throws TransportUnavailableException if the journal is needed and cannot be read
     */
    @Nullable
    EventBatch read(Cursor cursor) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long windowAsOf;
            synchronized (lock) {
                if (chain.head() == null) {
                    return null;
                }
                windowAsOf = chain.windowStart();
                chain.locate(cursor);
                if (!cursor.behind) {
                    return chain.read(cursor);
                }
            }
            JournalReads.Answer answer = journal.after(cursor.after, this::offer);
            EventBatch batch = answer.batch();
            if (batch != null) {
                cursor.after = batch.last();
                return batch;
            }
            if (cursor.after != null) {
                // It is at the journal's end, or the journal has lost its place: either way this feed may be behind.
                catchUp(true);
            }
            EventId passed = answer.passed();
            if (passed != null) {
                synchronized (lock) {
                    chain.putBehind(passed, cursor);
                }
            }
            if (!answer.afterRetained() || cursor.after == null || cursor.after.equals(EventId.NONE)) {
                synchronized (lock) {
                    chain.settle(cursor, windowAsOf);
                    EventBatch lost = answer.afterRetained() ? null : chain.lossOf(cursor);
                    if (lost != null) {
                        return lost;
                    }
                }
            }
        }
        return null;
    }

    /** Whether the job has ended and the cursor has been given all there is. */
    boolean isOver(Cursor cursor) {
        synchronized (lock) {
            return chain.isOverFor(cursor);
        }
    }

    private void offer(List<JobEvent> events) {
        boolean grown = false;
        synchronized (lock) {
            for (JobEvent event : events) {
                grown |= chain.offer(event);
            }
        }
        if (grown) {
            rounds.wake();
        }
    }

    // ---- catching up with the journal ----

    private void queueCatchUp() {
        if (!catchUpQueued && !closed) {
            catchUpQueued = true;
            readers.execute(this::queuedCatchUp);
        }
    }

    private void queuedCatchUp() {
        try {
            do {
                catchUp(true);
            } while (isCatchUpWanted());
        } catch (RuntimeException | Error e) {
            synchronized (lock) {
                catchUpQueued = false; // The next tick that is due tries again.
            }
            if (!(e instanceof TransportUnavailableException)) {
                throw e;
            }
        }
    }

    private boolean isCatchUpWanted() {
        JobEvent foreign;
        EventSource.Subscription wire;
        synchronized (lock) {
            catchUpQueued = catchUpWanted && !closed;
            if (catchUpQueued) {
                return true;
            }
            losses.caughtUp();
            foreign = trust.answer(chain, clock.nanos());
            wire = subscription;
        }
        if (foreign != null && wire != null) {
            wire.disown(foreign);
        }
        return false;
    }

    /**
     * Brings the chain to where the journal is at the moment of the call, or further, and wakes the watchers.
     *
     * @param needed whether to try again if the journal cannot be read
     */
    private void catchUp(boolean needed) {
        journal.exclusively(() -> {
            boolean more = step(needed);
            try {
                while (more) {
                    more = step(true);
                }
            } finally {
                rounds.wake(); // Even if a later page could not be read.
            }
        });
        ready.countDown();
    }

    private boolean step(boolean needed) {
        boolean again;
        synchronized (lock) {
            again = needed || catchUpWanted;
            catchUpWanted = false;
        }
        try {
            return follower.step();
        } catch (RuntimeException | Error e) {
            synchronized (lock) {
                if (again) {
                    catchUpWanted = true;
                    retryAt = clock.nanos() + RETRY_NANOS;
                }
            }
            throw e;
        }
    }

    // ---- sweeping ----

    /** Whether it is this feed's turn; not while the journal is being read anyway, or is to be read again. */
    boolean isSweepDue() {
        synchronized (lock) {
            return silence.isSweepDue(clock.nanos()) && isIdle();
        }
    }

    private boolean isIdle() {
        return !catchUpWanted && !catchUpQueued && !closed;
    }

    /**
     * Reads what the wire may have kept from this feed. Blocks.
     *
     * @throws TransportUnavailableException if the journal cannot be read
     */
    void sweep() {
        EventSource.Subscription deaf;
        long end;
        synchronized (lock) {
            if (!isIdle()) {
                return;
            }
            deaf = silence.isDeaf() ? subscription : null;
            if (deaf != null) {
                silence.renewed();
            }
            // Before it has begun, what it finds says nothing of the wire.
            end = chain.head() == null ? Long.MAX_VALUE : chain.windowEnd();
        }
        if (deaf != null) {
            metrics.relistened();
            deaf.renew();
        }
        catchUp(false);
        boolean found;
        synchronized (lock) {
            found = silence.swept(chain.windowEnd() > end);
        }
        metrics.swept(found);
    }
}
