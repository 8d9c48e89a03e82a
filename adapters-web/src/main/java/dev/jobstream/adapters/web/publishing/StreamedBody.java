package dev.jobstream.adapters.web.publishing;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.application.PublicationStream;
import dev.jobstream.application.StreamRefusedException;
import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.NewEvent;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends a body's events as they come. The container tells that there is something to read; a little later, so that what comes
 * together is appended together, one of the {@link PublisherThreads} reads and appends it. Nothing more is read before what was
 * read is appended, so that a publisher that is faster than the journal, or than its rate, finds its socket full. No thread waits
 * for a publisher.
 */
final class StreamedBody implements ReadListener {

    /** What comes within this time is appended together. */
    private static final Duration GATHER = Duration.ofMillis(10);

    /** Time after which output that has not come to a line end goes as it is. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    /** Time after which who was above a rate, or found no memory, tries again. */
    private static final Duration AGAIN = Duration.ofMillis(20);

    private static final int PIECE_BYTES = BodyMemory.BLOCK_BYTES;

    /** So much of the body is appended in one call, or a little more. */
    private static final int APPEND_BYTES = 64 * 1024;

    private final PublicationStream stream;
    private final ServletInputStream in;
    private final EventCutter cutter;
    private final BodyMemory.Share memory;
    private final PublisherThreads threads;
    private final Consumer<@Nullable RuntimeException> outcome;

    /** Guards what follows. Held while events are appended: only this body's own tasks wait for it. */
    private final ReentrantLock turn = new ReentrantLock();

    private final List<NewEvent> pending = new ArrayList<>();
    private long pendingBytes;
    private @Nullable RuntimeException failed;
    private boolean atEnd;
    private boolean done;
    private boolean hurrying;
    private long heldSince;

    private volatile @Nullable StreamRefusedException over;
    private volatile boolean gone;

    /**
     * @param stream closed when the body has come to its end
     * @param outcome told once, when it has: what ended it, or {@code null} for the publisher itself
     */
    StreamedBody(
            PublicationStream stream,
            ServletInputStream in,
            EventCutter cutter,
            BodyMemory.Share memory,
            PublisherThreads threads,
            Consumer<@Nullable RuntimeException> outcome) {
        this.stream = stream;
        this.in = in;
        this.cutter = cutter;
        this.memory = memory;
        this.threads = threads;
        this.outcome = outcome;
    }

    /** Begins to read. Called once, when the request is asynchronous. */
    void begin() {
        in.setReadListener(this);
    }

    @Override
    public void onDataAvailable() {
        threads.schedule(this::work, GATHER);
    }

    @Override
    public void onAllDataRead() {
        threads.schedule(this::work, Duration.ZERO);
    }

    @Override
    public void onError(Throwable failure) {
        gone = true;
        threads.schedule(this::work, Duration.ZERO);
    }

    /** Ends it before its publisher does: what has come is appended. Does not block. */
    void end(StreamRefusedException reason) {
        over = reason;
        threads.schedule(this::work, Duration.ZERO);
    }

    private void work() {
        turn.lock();
        try {
            if (!done) {
                advance();
            }
        } catch (RuntimeException e) {
            finish(e);
        } finally {
            turn.unlock();
        }
    }

    private void advance() {
        long given = stream.appended() + pending.size();
        if (!append() || !read()) {
            threads.schedule(this::work, AGAIN);
            return;
        }
        StreamRefusedException reason = over;
        if (failed != null) {
            finish(failed);
        } else if (atEnd) {
            finish(null);
        } else if (gone || reason != null) {
            finishEarly(reason);
        } else {
            waitForLineEnd(stream.appended() > given);
        }
    }

    /** Reads and appends what there is: whether it could all be. */
    private boolean read() {
        byte[] piece = new byte[PIECE_BYTES];
        try {
            while (failed == null && !atEnd && !gone && over == null && (in.isFinished() || in.isReady())) {
                if (!memory.resize(cutter.held() + pendingBytes + PIECE_BYTES)) {
                    if (pending.isEmpty()) {
                        failed = Problem.unavailable("too much is being read at the moment");
                    }
                    return append();
                }
                int length = in.isFinished() ? -1 : in.read(piece);
                cut(piece, length);
                if ((pendingBytes >= APPEND_BYTES || pending.size() >= EventEnvelope.MAX_PUBLICATION) && !append()) {
                    return false;
                }
            }
        } catch (IOException e) {
            gone = true;
        }
        return append();
    }

    private void cut(byte[] piece, int length) {
        try {
            if (length < 0) {
                atEnd = true;
                cutter.end(pending::add);
            } else {
                pendingBytes += length;
                cutter.add(piece, length, pending::add);
            }
        } catch (RuntimeException e) {
            failed = e; // What came before it is appended first.
        }
    }

    /** Appends what is pending: whether it could be, or must be tried again. */
    private boolean append() {
        while (!pending.isEmpty()) {
            List<NewEvent> next = pending.subList(0, nextCall());
            if (!stream.append(List.copyOf(next), pendingBytes)) {
                return false;
            }
            pendingBytes = 0;
            next.clear();
        }
        pendingBytes = 0;
        boolean unused = memory.resize(cutter.held());
        return true;
    }

    /** Nothing may come after a terminal event: what does is refused by itself. */
    private int nextCall() {
        int most = Math.min(pending.size(), EventEnvelope.MAX_PUBLICATION);
        for (int i = 0; i < most; i++) {
            if (pending.get(i).type().isTerminal()) {
                return i + 1;
            }
        }
        return most;
    }

    private void finishEarly(@Nullable StreamRefusedException reason) {
        cutter.hurry(pending::add);
        if (append()) {
            finish(reason == null ? Problem.badRequest("the body did not come to its end") : reason);
        } else {
            threads.schedule(this::work, AGAIN);
        }
    }

    private void waitForLineEnd(boolean given) {
        long now = System.nanoTime();
        if (!cutter.canHurry()) {
            heldSince = 0;
            return;
        }
        if (heldSince == 0 || given) {
            heldSince = now;
        }
        if (!hurrying) {
            hurrying = true;
            threads.schedule(this::hurry, PATIENCE);
        }
    }

    private void hurry() {
        turn.lock();
        try {
            hurrying = false;
            if (done || heldSince == 0) {
                return;
            }
            long left = PATIENCE.toNanos() - (System.nanoTime() - heldSince);
            if (left > 0) {
                hurrying = true;
                threads.schedule(this::hurry, Duration.ofNanos(left));
                return;
            }
            heldSince = 0;
            cutter.hurry(pending::add);
            advance();
        } catch (RuntimeException e) {
            finish(e);
        } finally {
            turn.unlock();
        }
    }

    private void finish(@Nullable RuntimeException reason) {
        done = true;
        pending.clear();
        boolean unused = memory.resize(0);
        stream.close();
        outcome.accept(reason);
    }
}
