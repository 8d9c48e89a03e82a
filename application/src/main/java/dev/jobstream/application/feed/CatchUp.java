package dev.jobstream.application.feed;

import dev.jobstream.domain.TransportUnavailableException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings a feed's chain up to its journal when the feed asks for it, and tries again what the transport has refused.
 *
 * <p><b>No request is lost.</b> {@code wanted} is set by a request, and cleared before the read that answers it begins. What
 * was journaled before the request is found by that read. A read that fails sets it again. While it is set, a read is queued,
 * or the next tick queues one. A watcher's read may take a request over from the queued one; until it has its answer, the
 * request is not answered: {@code reading}.
 *
 * <p>Methods that say so are called under the feed's lock. The journal is never read under it.
 */
final class CatchUp {

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Object lock;
    private final JournalFollower follower;
    private final SharedJournalReads journal;
    private final Executor readers;
    private final StreamClock clock;
    private final Feed feed;

    private boolean wanted;
    private boolean reading;
    private boolean queued;
    private long retryAt;
    private boolean closed;

    /** The feed whose chain this is. */
    interface Feed {

        /** The chain may have grown. */
        void onGrown();

        /**
         * Everything that was asked for has been read. Called under the lock.
         *
         * @return what is to be done without the lock; {@code null} for nothing
         */
        @Nullable
        Runnable onCaughtUp();
    }

    CatchUp(
            Object lock,
            JournalFollower follower,
            SharedJournalReads journal,
            Executor readers,
            StreamClock clock,
            Feed feed) {
        this.lock = lock;
        this.follower = follower;
        this.journal = journal;
        this.readers = readers;
        this.clock = clock;
        this.feed = feed;
    }

    /** Asks for the journal to be read. Under the lock. */
    void request() {
        wanted = true;
        queue();
    }

    /** Asks for the journal to be read after a while, unless it is going to be read anyway. Under the lock. */
    void requestIn(long nanos) {
        if (!wanted) {
            wanted = true;
            retryAt = clock.nanos() + nanos;
        }
    }

    /** Whether the journal is neither being read nor going to be. Under the lock. */
    boolean isIdle() {
        return !wanted && !queued && !closed;
    }

    /** Reads nothing from now on. Under the lock. */
    void close() {
        closed = true;
    }

    /** Tries again what was refused, if it is time. */
    void tick() {
        synchronized (lock) {
            if (wanted && clock.nanos() - retryAt >= 0) {
                queue();
            }
        }
    }

    private void queue() {
        if (!queued && !closed) {
            queued = true;
            readers.execute(this::runQueued);
        }
    }

    private void runQueued() {
        try {
            do {
                run(true);
            } while (isWantedAgain());
        } catch (RuntimeException | Error e) {
            synchronized (lock) {
                queued = false; // The next tick that is due tries again.
            }
            if (!(e instanceof TransportUnavailableException)) {
                throw e;
            }
        }
    }

    private boolean isWantedAgain() {
        Runnable then;
        synchronized (lock) {
            queued = (wanted || reading) && !closed;
            if (queued) {
                return true;
            }
            then = feed.onCaughtUp();
        }
        if (then != null) {
            then.run();
        }
        return false;
    }

    /**
     * Brings the chain to where the journal is at the moment of the call, or further. Blocks.
     *
     * @param needed whether to try again if the journal cannot be read
     * @throws TransportUnavailableException if the journal cannot be read
     */
    void run(boolean needed) {
        journal.exclusively(() -> {
            boolean more = readPage(needed);
            try {
                while (more) {
                    more = readPage(true);
                }
            } finally {
                feed.onGrown(); // Even if a later page could not be read.
            }
        });
    }

    private boolean readPage(boolean needed) {
        boolean again;
        synchronized (lock) {
            again = needed || wanted;
            wanted = false;
            reading = true;
        }
        try {
            boolean more = follower.readPage();
            synchronized (lock) {
                reading = false;
            }
            return more;
        } catch (RuntimeException | Error e) {
            synchronized (lock) {
                reading = false;
                if (again) {
                    wanted = true;
                    retryAt = clock.nanos() + RETRY_NANOS;
                }
            }
            throw e;
        }
    }
}
