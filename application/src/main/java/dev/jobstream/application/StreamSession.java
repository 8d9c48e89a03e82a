package dev.jobstream.application;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.TransportUnavailableException;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
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
 * it from IDLE to QUEUED and sees to a drain, or from RUNNING to AGAIN, so that the drain looks once more before it rests;
 * in QUEUED and AGAIN there is nothing to do. A drain rests only by moving RUNNING to IDLE, which fails if a wake came after
 * it had looked. Everything that is to be written, events, beats and the end, is written by the drain; whoever wants one of
 * them leaves a mark and wakes.
 *
 * <p><b>No thread waits for a client.</b> {@code blocked} is set before the connection is given something to write, and
 * cleared if it could write all of it, or else by {@link #onWritable}, which wakes. While it is set the drain has nothing to
 * do, so that events wake nobody: whoever clears it looks for events afterwards.
 *
 * <p><b>Where a drain runs.</b> On the thread that brought the event or found the connection writable, which must not be
 * kept: only the window is read there, and only for a short turn. A worker goes on with a long turn, and ends streams. A
 * reader reads the journal.
 *
 * <p><b>One end.</b> The first reason that is set stays, but for a last event that the client has not taken yet. The drain
 * that sees it closes the connection and moves to DONE, out of which nothing leads; before the connection has come, {@link
 * #close} does so in its place. A blocked client is given a moment to take what is pending, and is cut off then.
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

    /** How long a blocked client may take to be told of its end. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Batches after which a drain gives its worker to others. */
    private static final int TURN = 16;

    /** Batches after which a thread that does not belong to us is given back. */
    private static final int SHORT_TURN = 2;

    private enum On {
        CALLER,
        WORKER,
        READER
    }

    /**
     * What ends a stream in time.
     *
     * @param beatNanos idle time after which it beats
     * @param stallNanos time after which a client that takes nothing is ended
     * @param lifetimeNanos time after which it is ended; 0 for never
     * @param expiresAt when it must end; {@code null} for never
     */
    record Limits(
            long beatNanos,
            long stallNanos,
            long lifetimeNanos,
            @Nullable Instant expiresAt) {}

    /** This session's index in its feed's {@link Watchers}, which guard it; negative when it is not among them. */
    int watcherIndex = -1;

    private final StreamRequest request;
    private final JobFeed feed;
    private final Cursor cursor;
    private final boolean finished;
    private final Limits limits;
    private final StreamClock clock;
    private final BiConsumer<StreamSession, EndReason> onEnd;
    private final long openedAt;

    private final AtomicInteger state = new AtomicInteger(WAITING);
    private final AtomicReference<@Nullable EndReason> end = new AtomicReference<>();
    private volatile @Nullable ClientConnection connection;
    private volatile boolean blocked;
    private volatile long lastWrite;
    private volatile boolean beatDue;
    private volatile boolean retryDue;
    /** Whether the client has to be told where it stands. Before the start its opener's, then the drain's. */
    private boolean positionDue;

    private volatile boolean cutOff;
    /** When the ticker first saw it blocked with an end, and not 0 from then on. The ticker's own. */
    private long endSeenAt;

    /**
     * @param finished whether there is nothing to stream
     * @param onEnd called once, after the end
     */
    StreamSession(
            StreamRequest request,
            JobFeed feed,
            Cursor cursor,
            boolean finished,
            Limits limits,
            StreamClock clock,
            BiConsumer<StreamSession, EndReason> onEnd) {
        this.request = request;
        this.feed = feed;
        this.cursor = cursor;
        this.finished = finished;
        this.limits = limits;
        this.clock = clock;
        this.onEnd = onEnd;
        this.positionDue = request.start().isNow();
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

    // ---- what happens to it ----

    @Override
    public @Nullable EventId takePosition() {
        EventId position = positionDue && !cursor.now ? cursor.after : null;
        if (position != null) {
            positionDue = false;
        }
        return position;
    }

    @Override
    public void start(ClientConnection connection) {
        this.connection = connection;
        lastWrite = clock.nanos();
        if (state.compareAndSet(WAITING, QUEUED)) {
            drain(On.CALLER);
        } else {
            // Closed before it was started.
            connection.close(endReason());
        }
    }

    @Override
    public void onWritable() {
        blocked = false;
        lastWrite = clock.nanos();
        wake();
    }

    @Override
    public void onProgress() {
        lastWrite = clock.nanos();
    }

    @Override
    public void onStalled() {
        end(EndReason.STALLED);
    }

    @Override
    public void close() {
        end(EndReason.CLIENT_GONE);
    }

    /** Ends this stream for a reason, unless it has one already. Does not block. */
    void end(EndReason reason) {
        EndReason before;
        do {
            before = end.get();
            if (before != null && (before != EndReason.FINISHED || !blocked)) {
                return;
            }
        } while (!end.compareAndSet(before, reason));
        if (state.compareAndSet(WAITING, DONE)) {
            onEnd.accept(this, reason);
        } else {
            queue();
        }
    }

    /** There may be something to do: does it on this thread, but for what would keep it. Does not block. */
    void wake() {
        if (!blocked && isToBeDrained()) {
            drain(On.CALLER);
        }
    }

    /** The same on a worker. */
    void wakeLater() {
        if (!blocked) {
            queue();
        }
    }

    /** Has a worker look. */
    private void queue() {
        if (isToBeDrained()) {
            feed.workers().execute(this);
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
        Instant expiresAt = limits.expiresAt;
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            end(EndReason.TOKEN_EXPIRED);
        } else if (limits.lifetimeNanos > 0 && nanos - openedAt >= limits.lifetimeNanos) {
            end(EndReason.MAX_LIFETIME);
        } else if (state.get() == WAITING && nanos - openedAt >= START_NANOS) {
            end(EndReason.CLIENT_GONE);
        } else if (blocked && nanos - lastWrite >= limits.stallNanos) {
            end(EndReason.STALLED);
        }
        if (end.get() == null) {
            beatOrRetry(nanos);
        } else if (blocked) {
            cutOffAfterGrace(nanos);
        }
    }

    private void beatOrRetry(long nanos) {
        boolean retries = retryDue;
        boolean beats = nanos - lastWrite >= limits.beatNanos && !blocked && state.get() == IDLE;
        if (retries) {
            retryDue = false;
        }
        if (beats) {
            beatDue = true;
        }
        if (retries || beats) {
            queue();
        }
    }

    private void cutOffAfterGrace(long nanos) {
        if (end.get() == EndReason.FINISHED) {
            return; // The last event may take as long as any other.
        }
        if (endSeenAt == 0) {
            endSeenAt = nanos == 0 ? 1 : nanos;
        } else if (nanos - endSeenAt >= GRACE_NANOS) {
            cutOff = true;
            queue();
        }
    }

    // ---- the drain ----

    /** Drains on a worker. */
    @Override
    public void run() {
        drain(On.WORKER);
    }

    private void drain(On thread) {
        state.set(RUNNING);
        ClientConnection client = connection;
        if (client == null) {
            throw new IllegalStateException("drained before it was started");
        }
        try {
            Executor next = drain(client, thread);
            if (next != null) {
                state.set(QUEUED);
                next.execute(next == feed.readers() ? () -> drain(On.READER) : this);
            }
        } catch (IOException e) {
            end.compareAndSet(null, EndReason.CLIENT_GONE);
            finish(client, thread, null);
        } catch (RuntimeException | Error e) {
            end.compareAndSet(null, EndReason.SOURCE_LOST);
            finish(client, thread, e);
        }
    }

    /** Writes all there is, and rests; or who is to go on with it. */
    private @Nullable Executor drain(ClientConnection client, On thread) throws IOException {
        int turn = thread == On.CALLER ? SHORT_TURN : TURN;
        while (true) {
            if (isToEndNow()) {
                finish(client, thread, null);
                return null;
            }
            if (!blocked && end.get() == null) {
                if (turn-- == 0) {
                    return feed.workers();
                }
                EventBatch batch = thread == On.READER ? readJournal() : feed.readWindow(cursor);
                if (batch != null) {
                    send(batch, client);
                    if (thread == On.READER && !blocked) {
                        // Those who have come as far get this page before the next is read.
                        return cursor.behind ? feed.readers() : feed.workers();
                    }
                    continue;
                }
                if (cursor.behind && thread != On.READER && !retryDue) {
                    return feed.readers();
                }
                if (feed.isOver(cursor)) {
                    // The last event was known to the client before it came, but not to the feed.
                    end(EndReason.FINISHED);
                    continue;
                }
                if (positionDue) {
                    EventId position = takePosition();
                    if (position != null) {
                        tell(position, client);
                        continue;
                    }
                }
                if (beatDue) {
                    beat(client);
                    continue; // Events that came meanwhile found it blocked, and woke nobody.
                }
            }
            if (state.compareAndSet(RUNNING, IDLE)) {
                return null;
            }
            state.set(RUNNING);
        }
    }

    private boolean isToEndNow() {
        EndReason reason = end.get();
        return reason != null && (!blocked || cutOff || reason == EndReason.CLIENT_GONE || reason == EndReason.STALLED);
    }

    private @Nullable EventBatch readJournal() {
        try {
            return feed.read(cursor);
        } catch (TransportUnavailableException e) {
            retryDue = true;
            return null;
        }
    }

    private void send(EventBatch batch, ClientConnection client) throws IOException {
        lastWrite = clock.nanos(); // Before it is blocked: the ticker must not take it for one that stalls.
        blocked = true;
        beatDue = false;
        positionDue &= Objects.equals(batch.last(), batch.after()); // Otherwise its events tell.
        if (client.send(batch)) {
            blocked = false;
        }
        feed.metrics().eventsSent(batch.size());
        if (batch.isTerminal()) {
            end.compareAndSet(null, EndReason.FINISHED);
        }
    }

    private void tell(EventId position, ClientConnection client) throws IOException {
        lastWrite = clock.nanos();
        blocked = true;
        if (client.position(position)) {
            blocked = false;
        }
    }

    private void beat(ClientConnection client) throws IOException {
        beatDue = false;
        lastWrite = clock.nanos();
        blocked = true;
        if (client.beat()) {
            blocked = false;
        }
        feed.metrics().beatSent();
    }

    /** @param failure to be thrown where it is reported; {@code null} for none */
    private void finish(ClientConnection client, On thread, @Nullable Throwable failure) {
        if (thread == On.CALLER) {
            state.set(QUEUED);
            feed.workers().execute(() -> finish(client, On.WORKER, failure));
            return;
        }
        if (state.getAndSet(DONE) != DONE) { // Else it is the close that has failed.
            EndReason reason = endReason();
            try {
                client.close(reason);
            } finally {
                onEnd.accept(this, reason);
            }
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    private EndReason endReason() {
        EndReason reason = end.get();
        return reason == null ? EndReason.CLIENT_GONE : reason;
    }
}
