package dev.jobstream.application.feed;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
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
 * {@link EventBatch#forEach}. An event from the channel that does not fit is dropped. It was journaled before it was
 * published, so a read that begins after it was heard finds it; {@link CatchUp} makes that order certain. The same read
 * follows each acknowledged subscription, after which every later event is heard.
 *
 * <p><b>Why nobody is given the events of another journal.</b> What the channel brings without proof is believed only where
 * it continues what has just come and was true: see {@link UnconfirmedEvents}. Otherwise it is no more than a reason to read
 * the journal.
 *
 * <p><b>Why a subscription that dies without a word costs seconds.</b> A feed that has heard nothing for a while reads the
 * journal all the same, and has a subscription that proves to be dead replaced: see {@link DeadSubscriptionDetector}. That
 * read asks for nothing that is known to be missing, so it is not repeated when it fails.
 *
 * <p><b>Locks.</b> {@code lock} guards the fields. It is held for moments, on the transport's thread too, and the transport
 * is never called under it. The journal is read by readers only, one at a time, see {@link SharedJournalReads}.
 */
public final class JobFeed implements EventListener {

    private final JobId job;
    private final FeedContext context;
    private final Executor readers;
    private final SharedJournalReads journal;
    private final FeedReader reader;
    private final CatchUp catchUp;
    private final Watchers watchers = new Watchers();
    private final FanOut fanOut;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final AtomicBoolean started = new AtomicBoolean();

    private final Object lock = new Object();
    private final Chain chain;
    private final DeadSubscriptionDetector deadSubscriptions;
    private final LostMessageDetector lostMessages = new LostMessageDetector();
    private final UnconfirmedEvents unconfirmed = new UnconfirmedEvents();
    private EventSource.@Nullable Subscription subscription;
    private boolean closed;

    JobFeed(JobId job, FeedContext context) {
        context.metrics().feedOpened();
        this.job = job;
        this.context = context;
        this.readers = new SerialExecutor(context.readers());
        this.fanOut = new FanOut(watchers, context.workers(), context.time(), context.clock());
        this.chain = new Chain(context.settings());
        this.deadSubscriptions = new DeadSubscriptionDetector(
                context.settings().sweep(),
                EvenSpread.of(job.hashCode()),
                context.clock().nanos());
        this.journal =
                new SharedJournalReads(job, context.source(), context.settings().batchEvents(), context.clock());
        CatchUp.Feed progress = new Progress();
        this.catchUp = new CatchUp(
                lock, new JournalFollower(job, context, chain, lock), journal, readers, context.clock(), progress);
        this.reader = new FeedReader(lock, chain, journal, catchUp, progress);
    }

    /** Hears how far the journal was read. */
    private final class Progress implements CatchUp.Feed {

        @Override
        public void onGrown() {
            ready.countDown();
            fanOut.wake();
        }

        @Override
        public @Nullable Runnable onCaughtUp() {
            lostMessages.onCaughtUp();
            JobEvent foreign = unconfirmed.onCaughtUp(chain, context.clock().nanos());
            EventSource.Subscription current = subscription;
            return foreign == null || current == null ? null : () -> current.reportForeign(foreign);
        }
    }

    /** The job. */
    public JobId job() {
        return job;
    }

    /** What its watchers read with. */
    public FeedReader reader() {
        return reader;
    }

    /** Those who watch it. */
    public Watchers watchers() {
        return watchers;
    }

    /** Threads for what takes long, but never waits. */
    public Executor workers() {
        return context.workers();
    }

    /** Where this job's journal may be read: one task after the other. */
    public Executor readers() {
        return readers;
    }

    // ---- life ----

    /** Begins to listen, the first time it is called; the next time, if it could not. */
    void start() {
        if (!started.compareAndSet(false, true)) {
            return;
        }
        EventSource.Subscription begun;
        try {
            begun = context.source().listen(job, this);
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
            catchUp.close();
            ended = subscription;
        }
        if (ended != null) {
            ended.close();
        }
    }

    /** Tries again what the transport has refused. */
    void tick() {
        journal.tick();
        catchUp.tick();
    }

    /**
     * Waits until this feed knows where the job stands, but no longer than this. While the transport is away a stream opens
     * all the same, and begins when it is back.
     */
    public void awaitReady(Duration atMost) {
        try {
            boolean unused = ready.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the channel ----

    @Override
    public void onConnected() {
        journal.forget();
        synchronized (lock) {
            deadSubscriptions.onSubscribed();
            lostMessages.onSubscribed();
            catchUp.request();
        }
    }

    @Override
    public void onUnreadable() {
        synchronized (lock) {
            deadSubscriptions.onMessage();
            confirm(null);
        }
    }

    @Override
    public void onUnconfirmed(JobEvent event) {
        synchronized (lock) {
            deadSubscriptions.onMessage();
            long now = context.clock().nanos();
            if (chain.holds(event.journaledId())) {
                unconfirmed.vouch(now); // The journal was the first to tell, and says the same.
                return;
            }
            if (!unconfirmed.isVouchedFor(now) || !chain.isNext(event)) {
                confirm(event);
                return;
            }
            unconfirmed.vouch(now);
            chain.append(event);
        }
        fanOut.wake();
    }

    /** Has the journal asked about something that the channel has told. */
    private void confirm(@Nullable JobEvent event) {
        long wait = unconfirmed.ask(event, chain.head(), context.clock().nanos());
        if (wait == 0) {
            catchUp.request();
        } else {
            catchUp.requestIn(wait);
        }
    }

    @Override
    public void onEvent(JobEvent event) {
        boolean grown;
        boolean lost = false;
        synchronized (lock) {
            deadSubscriptions.onMessage();
            grown = chain.offer(event);
            EventId id = event.id();
            if (!grown && id != null && !chain.holds(id)) {
                lost = lostMessages.onDropped(event, chain.head());
                catchUp.request();
            }
        }
        if (grown) {
            fanOut.wake();
        } else if (lost) {
            context.metrics().healed();
        }
    }

    // ---- sweeping ----

    /** Whether it is this feed's turn; not while the journal is being read anyway, or is to be read again. */
    boolean isSweepDue() {
        synchronized (lock) {
            return deadSubscriptions.isSweepDue(context.clock().nanos()) && catchUp.isIdle();
        }
    }

    /**
     * Reads what the channel may have kept from this feed. Blocks.
     *
     * @throws TransportUnavailableException if the journal cannot be read
     */
    void sweep() {
        EventSource.Subscription dead;
        long end;
        synchronized (lock) {
            if (!catchUp.isIdle()) {
                return;
            }
            dead = deadSubscriptions.isDead() ? subscription : null;
            if (dead != null) {
                deadSubscriptions.onResubscribe();
            }
            // Before it has begun, what it finds says nothing of the subscription.
            end = chain.head() == null ? Long.MAX_VALUE : chain.windowEnd();
        }
        if (dead != null) {
            context.metrics().resubscribed();
            dead.resubscribe();
        }
        catchUp.run(false);
        boolean found;
        synchronized (lock) {
            found = deadSubscriptions.onSwept(chain.windowEnd() > end);
        }
        context.metrics().swept(found);
    }
}
