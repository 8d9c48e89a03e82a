package dev.jobstream.application.feed;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.TransportUnavailableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a job's events for its watchers: each from its cursor, in order and without a hole.
 *
 * <p><b>Why every watcher sees every event.</b> A watcher is woken after the chain has grown, and reads from its cursor until
 * there is nothing more. A cursor that the window knows is answered by the window, any other by the journal, whose events are
 * offered to the chain too: a reader that has overtaken the channel takes the feed along.
 */
public final class FeedReader {

    private static final int ATTEMPTS = 3;

    private final Object lock;
    private final Chain chain;
    private final SharedJournalReads journal;
    private final CatchUp catchUp;
    private final CatchUp.Feed feed;

    FeedReader(Object lock, Chain chain, SharedJournalReads journal, CatchUp catchUp, CatchUp.Feed feed) {
        this.lock = lock;
        this.chain = chain;
        this.journal = journal;
        this.catchUp = catchUp;
        this.feed = feed;
    }

    /** Fixes where a new cursor stands, as far as that is known. */
    public void place(Cursor cursor) {
        synchronized (lock) {
            chain.place(cursor);
        }
    }

    /** Whether the job has ended and nothing is left for this cursor, which has read nothing yet. */
    public boolean isFinished(Cursor cursor) {
        synchronized (lock) {
            return chain.isFinishedFor(cursor) || chain.isOnlyEndLeftFor(cursor);
        }
    }

    /** Whether the job has ended and the cursor has been given all there is. */
    public boolean isOver(Cursor cursor) {
        synchronized (lock) {
            return chain.isOverFor(cursor);
        }
    }

    /**
     * Reads what the window has after the cursor, and moves it. Does not block.
     *
     * @return {@code null} if there is nothing for now, or if the journal has to be read: see {@link Cursor#isBehind}
     */
    public @Nullable EventBatch readWindow(Cursor cursor) {
        synchronized (lock) {
            if (chain.head() == null) {
                return null;
            }
            chain.place(cursor);
            return cursor.behind ? null : chain.read(cursor);
        }
    }

    /**
     * Reads what comes after the cursor, and moves it. Blocks while the journal is read, where it has to be.
     *
     * @return {@code null} if there is nothing for now; a wake follows when there is, unless the job {@link #isOver}, or the
     *     cursor {@linkplain Cursor#isSearching is searching} and wants to be read again when others have had their turn
     * @throws TransportUnavailableException if the journal is needed and cannot be read
     */
    public @Nullable EventBatch read(Cursor cursor) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long windowAsOf;
            synchronized (lock) {
                if (chain.head() == null) {
                    return null;
                }
                windowAsOf = chain.windowStart();
                chain.place(cursor);
                if (!cursor.behind) {
                    return chain.read(cursor);
                }
            }
            TailSearch search = cursor.search;
            if (search != null) {
                searchOn(cursor, search);
                if (cursor.isSearching()) {
                    return null;
                }
                continue;
            }
            SharedJournalReads.Answer answer = journal.after(cursor.after, this::offer);
            EventBatch batch = answer.batch();
            if (batch != null) {
                cursor.after = batch.last();
                return batch;
            }
            EventBatch loss = readNothing(cursor, answer, windowAsOf);
            if (loss != null) {
                return loss;
            }
        }
        return null;
    }

    private void searchOn(Cursor cursor, TailSearch search) {
        SharedJournalReads.Earlier earlier = journal.before(search.oldest(), search.beforeOldest());
        if (!search.lookBack(earlier.events()) || !earlier.more()) {
            synchronized (lock) {
                chain.placeAtTail(cursor, search);
            }
        }
    }

    /** The journal had nothing for a cursor that the window does not know: what tells of a loss, if that is what it means. */
    private @Nullable EventBatch readNothing(Cursor cursor, SharedJournalReads.Answer answer, long windowAsOf) {
        if (cursor.after != null) {
            // It is at the journal's end, or the journal has lost its place: either way this feed may be behind.
            catchUp.run(true);
        }
        EventId passed = answer.passed();
        synchronized (lock) {
            if (passed != null) {
                chain.placeBehind(passed, cursor);
            }
            if (answer.afterRetained() && cursor.after != null && !cursor.after.equals(EventId.NONE)) {
                return null;
            }
            chain.placeWithoutJournal(cursor, windowAsOf);
            return answer.afterRetained() ? null : chain.lossOf(cursor);
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
            feed.onGrown();
        }
    }
}
