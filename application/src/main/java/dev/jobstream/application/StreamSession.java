package dev.jobstream.application;

import dev.jobstream.domain.TransportUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream: a cursor, and the connection to write to.
 *
 * <p><b>One drain at a time, and no wake is lost.</b> {@code state} says whether a drain is due or under way. A wake moves
 * it from IDLE to QUEUED and hands the session to a worker, or from RUNNING to AGAIN, so that the drain looks once more
 * before it rests; in QUEUED and AGAIN there is nothing to do. A drain rests only by moving RUNNING to IDLE, which fails if
 * a wake came after it had looked. Everything that is to be written, events, beats and the end, is written by the drain;
 * whoever wants one of them leaves a mark and wakes.
 *
 * <p><b>One end.</b> The first reason that is set stays. The drain that sees it closes the connection and moves to DONE, out
 * of which nothing leads; before the connection has come, {@link #close} does so in its place.
 */
final class StreamSession implements EventStream, Runnable {

    private static final int WAITING = 0; // for the connection
    private static final int IDLE = 1;
    private static final int QUEUED = 2;
    private static final int RUNNING = 3;
    private static final int AGAIN = 4;
    private static final int DONE = 5;

    /** A stream whose connection has not come after this long is given up: whoever opened it has failed. */
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Batches after which a drain gives its worker to others. */
    private static final int TURN = 16;

    /** This session's index in its feed's {@link Watchers}, which guard it; negative when it is not among them. */
    int watcherIndex = -1;

    private final StreamRequest request;
    private final JobFeed feed;
    private final Cursor cursor;
    private final Executor workers;
    private final StreamClock clock;
    private final StreamMetrics metrics;
    private final BiConsumer<StreamSession, EndReason> onEnd;
    private final boolean finished;
    private final long beatNanos;
    private final long lifetimeNanos;
    private final @Nullable Instant expiresAt;
    private final long openedAt;

    private final AtomicInteger state = new AtomicInteger(WAITING);
    private final AtomicReference<@Nullable EndReason> end = new AtomicReference<>();
    private volatile @Nullable ClientConnection connection;
    private volatile long lastWrite;
    private volatile boolean beatDue;
    private volatile boolean retryDue;

    /**
     * @param finished whether there is nothing to stream
     * @param beat idle time after which this session beats
     * @param expiresAt when it must end; {@code null} for never
     * @param onEnd called once, after the end
     */
    StreamSession(
            StreamRequest request,
            JobFeed feed,
            Cursor cursor,
            boolean finished,
            Duration beat,
            Duration lifetime,
            @Nullable Instant expiresAt,
            Executor workers,
            StreamClock clock,
            StreamMetrics metrics,
            BiConsumer<StreamSession, EndReason> onEnd) {
        this.request = request;
        this.feed = feed;
        this.cursor = cursor;
        this.finished = finished;
        this.beatNanos = beat.toNanos();
        this.lifetimeNanos = lifetime.toNanos();
        this.expiresAt = expiresAt;
        this.workers = workers;
        this.clock = clock;
        this.metrics = metrics;
        this.onEnd = onEnd;
        this.openedAt = clock.nanos();
        this.lastWrite = openedAt;
    }

    StreamRequest request() {
        return request;
    }

    JobFeed feed() {
        return feed;
    }

    @Override
    public boolean isFinished() {
        return finished;
    }

    @Override
    public void start(ClientConnection connection) {
        this.connection = connection;
        lastWrite = clock.nanos();
        if (state.compareAndSet(WAITING, QUEUED)) {
            workers.execute(this);
        } else {
            // Closed before it was started.
            connection.close(endReason());
        }
    }

    @Override
    public void close() {
        end(EndReason.CLIENT_GONE);
    }

    /** Ends this stream for a reason, unless it has one already. Does not block. */
    void end(EndReason reason) {
        if (end.compareAndSet(null, reason)) {
            if (state.compareAndSet(WAITING, DONE)) {
                onEnd.accept(this, reason);
            } else {
                wake();
            }
        }
    }

    /** There may be something to do. Does not block. */
    void wake() {
        if (isToBeDrained()) {
            workers.execute(this);
        }
    }

    /** Does what a wake would have a worker do. Blocks while the client does not read. */
    void wakeHere() {
        if (isToBeDrained()) {
            run();
        }
    }

    /** Whether it is the caller who has to see to a drain, which is marked as queued. */
    private boolean isToBeDrained() {
        while (true) {
            switch (state.get()) {
                case IDLE -> {
                    if (state.compareAndSet(IDLE, QUEUED)) {
                        return true;
                    }
                }
                case RUNNING -> {
                    if (state.compareAndSet(RUNNING, AGAIN)) {
                        return false;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    /** Marks what is due by now. Does not block. */
    void tick(long nanos, Instant now) {
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            end(EndReason.TOKEN_EXPIRED);
        } else if (lifetimeNanos > 0 && nanos - openedAt >= lifetimeNanos) {
            end(EndReason.MAX_LIFETIME);
        } else if (state.get() == WAITING && nanos - openedAt >= START_NANOS) {
            end(EndReason.CLIENT_GONE);
        } else {
            boolean retries = retryDue;
            boolean beats = nanos - lastWrite >= beatNanos && state.get() == IDLE;
            if (retries) {
                retryDue = false;
            }
            if (beats) {
                beatDue = true;
            }
            if (retries || beats) {
                wake();
            }
        }
    }

    /** Drains: writes all there is. */
    @Override
    public void run() {
        state.set(RUNNING);
        ClientConnection client = connection;
        if (client == null) {
            throw new IllegalStateException("drained before it was started");
        }
        try {
            for (int batches = 0; ; batches++) {
                if (end.get() != null) {
                    finish(client);
                    return;
                }
                EventBatch batch = batches < TURN ? next() : null;
                if (batch != null) {
                    send(batch, client);
                    if (cursor.place == EventWindow.NOWHERE) {
                        batches = TURN - 1; // A page of the journal: those who have come as far get it before the next.
                    }
                } else if (batches == TURN) {
                    state.set(QUEUED);
                    workers.execute(this);
                    return;
                } else {
                    beat(client);
                    if (state.compareAndSet(RUNNING, IDLE)) {
                        return;
                    }
                    state.set(RUNNING);
                }
            }
        } catch (IOException e) {
            end.compareAndSet(null, e instanceof StalledException ? EndReason.STALLED : EndReason.CLIENT_GONE);
            finish(client);
        } catch (RuntimeException | Error e) {
            end.compareAndSet(null, EndReason.SOURCE_LOST);
            finish(client);
            throw e;
        }
    }

    private @Nullable EventBatch next() {
        try {
            EventBatch batch = feed.read(cursor);
            if (batch == null && feed.isOver(cursor)) {
                // The last event was known to the client before it came, but not to the feed.
                end(EndReason.FINISHED);
            }
            return batch;
        } catch (TransportUnavailableException e) {
            retryDue = true;
            return null;
        }
    }

    private void send(EventBatch batch, ClientConnection client) throws IOException {
        client.send(batch);
        lastWrite = clock.nanos();
        beatDue = false;
        metrics.eventsSent(batch.size());
        if (batch.isTerminal()) {
            end.compareAndSet(null, EndReason.FINISHED);
        }
    }

    private void beat(ClientConnection client) throws IOException {
        if (beatDue) {
            beatDue = false;
            client.beat();
            lastWrite = clock.nanos();
            metrics.beatSent();
        }
    }

    private void finish(ClientConnection client) {
        if (state.getAndSet(DONE) == DONE) {
            return; // It is the close that has failed.
        }
        EndReason reason = endReason();
        try {
            client.close(reason);
        } finally {
            onEnd.accept(this, reason);
        }
    }

    private EndReason endReason() {
        EndReason reason = end.get();
        return reason == null ? EndReason.CLIENT_GONE : reason;
    }
}
