package dev.jobstream.application;

import dev.jobstream.application.feed.Cursor;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.application.feed.Failures;
import dev.jobstream.application.feed.JobFeed;
import dev.jobstream.application.feed.Watcher;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.TransportUnavailableException;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream: a cursor, and the connection to write to.
 *
 * <p><b>One drain at a time, and no wake is lost.</b> Everything that is to be written, events, heartbeats and the end, is
 * written by the drain; anybody else sets a flag and asks for a drain: see {@link DrainState}. While the client
 * has something to take the drain has nothing to do, so events wake nobody; {@link #onWritable} asks for the drain that
 * looks for them: see {@link ClientWriter}.
 *
 * <p><b>Where a drain runs.</b> On the thread that brought the event or found the connection writable, which must not be
 * kept: only the window is read there, and only for a short turn. A worker goes on with a long turn, and ends streams. A
 * reader reads the journal.
 *
 * <p><b>One end.</b> The drain that sees the {@link StreamEnd} closes the connection, and nothing follows; before the
 * connection has come, {@link #close} does so in its place.
 */
final class StreamSession extends Watcher implements EventStream, Runnable {

    private final Permissions<StreamRequest>.Permission permission;
    private final JobFeed feed;
    private final Cursor cursor;
    private final ClientView view;
    private final boolean finished;
    private final StreamDeadlines deadlines;
    private final BiConsumer<StreamSession, EndReason> onEnd;

    private final DrainState state = new DrainState();
    private final ClientWriter writer;
    private final StreamEnd end = new StreamEnd();
    private volatile boolean heartbeatDue;
    private volatile boolean retryDue;

    /** @param onEnd called once, after the end */
    StreamSession(
            Permissions<StreamRequest>.Permission permission,
            JobFeed feed,
            Cursor cursor,
            StreamDeadlines deadlines,
            ClientWriter writer,
            BiConsumer<StreamSession, EndReason> onEnd) {
        this.permission = permission;
        this.feed = feed;
        this.cursor = cursor;
        this.view = new ClientView(cursor, permission.request());
        this.finished = feed.reader().isFinished(cursor);
        this.deadlines = deadlines;
        this.writer = writer;
        this.onEnd = onEnd;
    }

    StreamRequest request() {
        return permission.request();
    }

    JobFeed feed() {
        return feed;
    }

    @Override
    public boolean isFinished() {
        return finished;
    }

    @Override
    public @Nullable EventId takePosition() {
        return view.takeFirst();
    }

    @Override
    public void start(ClientConnection connection) {
        writer.connect(connection);
        if (state.start()) {
            drain(DrainThread.CALLER);
        } else {
            connection.close(end.reason()); // Closed before it was started.
        }
    }

    @Override
    public void onWritable() {
        writer.onWritable();
        wake();
    }

    @Override
    public void onProgress() {
        writer.onProgress();
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
        boolean ends = end.set(reason, writer.isBlocked());
        if (ends && state.endBeforeStart()) {
            onEnd.accept(this, reason);
        } else if (ends) {
            queue();
        }
    }

    @Override
    public void wake() {
        if (!writer.isBlocked() && state.request()) {
            drain(DrainThread.CALLER);
        }
    }

    @Override
    public void wakeLater() {
        if (!writer.isBlocked()) {
            queue();
        }
    }

    /** Has a worker drain. */
    private void queue() {
        if (state.request()) {
            feed.workers().execute(this);
        }
    }

    // ---- time ----

    /** Marks what is due by now. Does not block. */
    void tick(long nanos, Instant now) {
        EndReason due = deadlines.endDue(nanos, now, state.isWaiting(), writer);
        if (due != null) {
            end(due);
        }
        if (end.isSet()) {
            if (writer.isBlocked() && end.isCutOffDue(nanos)) {
                queue();
            }
            return;
        }
        permission.askWhenDue(nanos, () -> end(EndReason.REVOKED));
        boolean retries = retryDue;
        if (retries) {
            retryDue = false;
        }
        boolean beats = state.isIdle() && deadlines.isHeartbeatDue(nanos, writer);
        if (beats) {
            heartbeatDue = true;
        }
        if (retries || beats) {
            queue();
        }
    }

    // ---- the drain ----

    /** Drains on a worker. */
    @Override
    public void run() {
        drain(DrainThread.WORKER);
    }

    private void drain(DrainThread thread) {
        state.run();
        try {
            Executor next = drainFor(thread);
            if (next != null) {
                state.handOver();
                next.execute(next == feed.readers() ? () -> drain(DrainThread.READER) : this);
            }
        } catch (IOException e) {
            end.setIfNone(EndReason.CLIENT_GONE);
            finish(thread, null);
        } catch (RuntimeException | Error e) {
            end.setIfNone(EndReason.SOURCE_LOST);
            finish(thread, e);
        }
    }

    /** Writes everything there is, and rests; or returns the threads that are to go on with it. */
    private @Nullable Executor drainFor(DrainThread thread) throws IOException {
        int left = thread.turn();
        while (true) {
            if (end.isDue(writer.isBlocked())) {
                finish(thread, null);
                return null;
            }
            if (!writer.isBlocked() && !end.isSet()) {
                if (left-- == 0) {
                    return feed.workers();
                }
                if (toldPosition()) {
                    continue;
                }
                EventBatch batch = thread == DrainThread.READER
                        ? readJournal()
                        : feed.reader().readWindow(cursor);
                if (batch != null) {
                    send(batch);
                    if (thread == DrainThread.READER && !writer.isBlocked()) {
                        // Those who have come as far get this page before the next is read.
                        return cursor.isBehind() ? feed.readers() : feed.workers();
                    }
                    continue;
                }
                if (cursor.isBehind() && (thread != DrainThread.READER || cursor.isSearching()) && !retryDue) {
                    return feed.readers();
                }
                if (didSomethingElse()) {
                    continue;
                }
            }
            if (state.rest()) {
                return null;
            }
        }
    }

    /** Does what is due where there are no events, one thing at a time; whether there was any. */
    private boolean didSomethingElse() throws IOException {
        if (feed.reader().isOver(cursor)) {
            end(EndReason.FINISHED); // The last event was known to the client before it came, but not to the feed.
            return true;
        }
        boolean told = toldPosition(); // It became known as the journal or the window was read.
        if (told || !heartbeatDue) {
            return told;
        }
        heartbeatDue = false;
        writer.heartbeat(view.takeMoved());
        return true; // Events that came meanwhile found it blocked, and woke nobody.
    }

    private boolean toldPosition() throws IOException {
        EventId position = view.takeFirst();
        if (position != null) {
            writer.position(position);
        }
        return position != null;
    }

    private @Nullable EventBatch readJournal() {
        try {
            if (permission.holds()) {
                return feed.reader().read(cursor);
            }
            end(EndReason.REVOKED);
        } catch (TransportUnavailableException | Permissions.UndecidedException e) {
            retryDue = true;
        }
        return null;
    }

    private void send(EventBatch batch) throws IOException {
        EventBatch shown = view.of(batch);
        if (shown != null) {
            heartbeatDue = false;
            writer.events(shown);
        }
        if (batch.isTerminal()) {
            end.setIfNone(EndReason.FINISHED);
        }
    }

    /** @param failure to be thrown where it is reported; {@code null} for none */
    private void finish(DrainThread thread, @Nullable Throwable failure) {
        if (thread == DrainThread.CALLER) {
            state.handOver();
            feed.workers().execute(() -> finish(DrainThread.WORKER, failure));
            return;
        }
        if (state.end()) { // Else it is the close that has failed.
            EndReason reason = end.reason();
            try {
                writer.connection().close(reason);
            } finally {
                onEnd.accept(this, reason);
            }
        }
        Failures.rethrow(failure);
    }
}
