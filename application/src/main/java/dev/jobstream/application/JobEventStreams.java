package dev.jobstream.application;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.feed.Cursor;
import dev.jobstream.application.feed.EvenSpread;
import dev.jobstream.application.feed.Failures;
import dev.jobstream.application.feed.JobFeed;
import dev.jobstream.application.feed.JobFeeds;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.quota.Place;
import dev.jobstream.domain.EventSource;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The use case: watching a job. Decides who gets a stream, keeps every open one, and follows each watched job once. Safe
 * for use by many threads.
 */
public final class JobEventStreams {

    /** The part of the heartbeat by which it is sent early, since a tick may be that late: see {@link StreamTicker}. */
    private static final double LEAD = 0.05;

    /** The part of the heartbeat over which those of several streams are spread. */
    private static final double SPREAD = 0.1;

    private final StreamAccess access;
    private final Permissions<StreamRequest> permissions;
    private final Executor askers;
    private final Quotas quotas;
    private final Admission admission;
    private final StreamMetrics metrics;
    private final StreamSettings settings;
    private final StreamClock clock;
    private final JobFeeds feeds;
    private final Set<StreamSession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong opened = new AtomicLong();
    private volatile boolean closing;
    private volatile CompletableFuture<Void> drained = new CompletableFuture<>();

    /**
     * @param source where events come from
     * @param access decides who may watch a job
     * @param quotas decide how many streams one may have
     * @param metrics what is counted
     * @param settings what an operator may turn
     * @param threads do what takes long
     * @param clock what time it is
     */
    public JobEventStreams(
            EventSource source,
            StreamAccess access,
            Quotas quotas,
            StreamMetrics metrics,
            StreamSettings settings,
            StreamThreads threads,
            StreamClock clock) {
        this.access = access;
        this.quotas = quotas;
        this.admission = new Admission("watch", metrics::streamRefused);
        this.metrics = metrics;
        this.settings = settings;
        this.clock = clock;
        this.feeds = new JobFeeds(source, settings.feed(), metrics, threads.workers(), threads.readers(), clock);
        this.askers = threads.askers();
        this.permissions = permissions(request -> access.toWatch(request.principal(), request.job()));
    }

    /** The same without quotas, and with threads for everything. */
    public JobEventStreams(
            EventSource source,
            StreamAccess access,
            StreamMetrics metrics,
            StreamSettings settings,
            Executor threads,
            StreamClock clock) {
        this(source, access, Quotas.none(), metrics, settings, new StreamThreads(threads, threads, threads), clock);
    }

    /**
     * Grants a stream. May block for as long as {@link StreamSettings#openWait} while a job that nobody watched yet is
     * looked up, and for a moment while other nodes are asked for a place.
     *
     * @throws StreamRefusedException if it is not granted
     */
    public EventStream open(StreamRequest request) {
        AccessDecision decision =
                admission.admit(access.toWatch(request.principal(), request.job()), request.job(), closing);
        String account = Quotas.account(access, request.principal());
        quotas.admitOpen(account, admission);
        if (open.incrementAndGet() > settings.maxStreams()) {
            open.decrementAndGet();
            throw admission.refused(Refusal.TOO_MANY_STREAMS, "this node has as many streams as it may");
        }
        Place place = Place.UNCOUNTED;
        try {
            place = quotas.take(account, request.job(), admission);
            EventStream stream = admit(request, decision, place);
            metrics.streamOpened();
            return stream;
        } catch (RuntimeException | Error e) {
            place.free();
            open.decrementAndGet();
            throw e;
        }
    }

    private EventStream admit(StreamRequest request, AccessDecision decision, Place place) {
        JobFeed feed = feeds.acquire(request.job());
        StreamSession session;
        try {
            session = session(request, decision, feed, place);
        } catch (RuntimeException | Error e) {
            feeds.release(feed);
            throw e;
        }
        // Among the watchers first: a session that is found here may be ended at once, and must then be found there.
        feed.watchers().add(session);
        sessions.add(session);
        if (closing) {
            session.end(EndReason.SHUTDOWN);
        }
        if (isOver(request)) {
            session.end(EndReason.REVOKED);
        }
        return session;
    }

    private StreamSession session(StreamRequest request, AccessDecision decision, JobFeed feed, Place place) {
        Cursor cursor = request.start().cursor(request.filter());
        feed.awaitReady(settings.openWait());
        feed.reader().place(cursor);
        return new StreamSession(
                permissions.granted(request),
                feed,
                cursor,
                new StreamDeadlines(
                        clock.nanos(),
                        nextHeartbeatNanos(),
                        settings.stallLimit().toNanos(),
                        settings.maxLifetime().toNanos(),
                        decision.expiresAt()),
                new ClientWriter(metrics, clock),
                (session, reason) -> {
                    place.free();
                    ended(session, reason);
                });
    }

    /** The heartbeat less a part that differs from stream to stream: see {@link EvenSpread}. */
    private long nextHeartbeatNanos() {
        double part = EvenSpread.ofNth(opened.incrementAndGet());
        return (long) (settings.heartbeat().toNanos() * (1 - LEAD - SPREAD * part));
    }

    private void ended(StreamSession session, EndReason reason) {
        sessions.remove(session);
        session.feed().watchers().remove(session);
        feeds.release(session.feed());
        metrics.streamEnded(reason);
        open.decrementAndGet();
        completeIfDrained();
    }

    private void completeIfDrained() {
        if (closing && open.get() == 0) {
            drained.complete(null);
        }
    }

    /** From now on, ends the streams that these take back: in one pass for all that become known together. */
    public void follow(Revocations revocations) {
        revocations.onRevoked(
                this, index -> revoke(request -> index.isRevoked(request.principal(), request.job(), access)));
    }

    /**
     * Ends the streams whose permission was taken back, as told by what they were opened with. If the rule fails for one, or
     * its end does, the others are ended all the same before the failure is thrown.
     */
    public void revoke(Predicate<StreamRequest> revoked) {
        Failures failures = new Failures();
        for (StreamSession session : sessions) {
            failures.attempt(() -> {
                if (revoked.test(session.request())) {
                    session.end(EndReason.REVOKED);
                }
            });
        }
        failures.rethrow();
    }

    /** Ends the streams that were opened in these logins, and those that are being opened, as {@link #revoke} does. */
    public void end(Collection<Login> logins) {
        logins.forEach(Login::markOver);
        if (!logins.isEmpty()) {
            revoke(JobEventStreams::isOver);
        }
    }

    private static boolean isOver(StreamRequest request) {
        return request.login() != null && request.login().isOver();
    }

    /**
     * Grants no further stream, and ends those there are. Returns at once.
     *
     * @return completed when the last stream has ended
     */
    public CompletableFuture<Void> shutDown() {
        closing = true;
        Failures failures = new Failures();
        for (StreamSession session : sessions) {
            failures.attempt(() -> session.end(EndReason.SHUTDOWN));
        }
        failures.report(); // Thrown it would keep the caller from waiting for the others.
        CompletableFuture<Void> end = drained;
        completeIfDrained();
        return end;
    }

    /** Grants streams again after a {@link #shutDown}. */
    public void resume() {
        closing = false;
        drained = new CompletableFuture<>();
    }

    /** Whether nothing is begun any more, no stream and nothing else, since the node is stopping. */
    public boolean isShuttingDown() {
        return closing;
    }

    Quotas quotas() {
        return quotas;
    }

    StreamSettings settings() {
        return settings;
    }

    StreamClock clock() {
        return clock;
    }

    /** Permissions that are asked for as often as those of streams. */
    <R> Permissions<R> permissions(Function<R, AccessDecision> rule) {
        return new Permissions<>(rule, settings.accessInterval(), askers, clock);
    }

    /** The streams that were granted and have not ended. */
    public int openStreams() {
        return open.get();
    }

    /** The jobs that are followed, those that linger included. */
    public int followedJobs() {
        return feeds.size();
    }

    /**
     * Marks what is due: heartbeats, expiries, lingering jobs. To be called a few times in a heartbeat. Does not block. If
     * one fails, all others have their turn before the failure is thrown.
     */
    void tick() {
        long nanos = clock.nanos();
        Instant now = clock.now();
        Failures failures = new Failures();
        for (StreamSession session : sessions) {
            failures.attempt(() -> session.tick(nanos, now));
        }
        failures.attempt(feeds::tick);
        failures.rethrow();
    }
}
