package dev.jobstream.application.feed;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a feed knows of its job's chain of events: the newest event, and a window of those before it. Unknown until it has
 * {@link #begin begun}. Pure data, not safe for use by many threads.
 */
final class Chain {

    private final EventWindow window;
    private final int batchEvents;
    private final int batchBytes;
    private @Nullable EventId head;
    private boolean ended;
    /** Whether nothing but the end was left when it began. */
    private boolean onlyEnd;
    /** Whether the journal has lost the newest event and all others. */
    private boolean lost;

    /** The place of the newest event that has none before it: the journal's first, as long as it has not been trimmed. */
    private long origin = EventWindow.NOWHERE;

    /** The last batch that reached the end of the window, for the next reader who stands where it began. */
    private @Nullable EventBatch shared;

    private long sharedFrom;
    private long sharedTo;
    /** Whether there are live-only events in it, which are not for everybody. */
    private boolean sharedLive;

    Chain(FeedSettings settings) {
        window = new EventWindow(settings.windowEvents(), settings.windowBytes());
        batchEvents = settings.batchEvents();
        batchBytes = settings.batchBytes();
    }

    /** The newest event known, {@link EventId#NONE} if the journal is empty; {@code null} while nothing is known. */
    @Nullable
    EventId head() {
        return head;
    }

    /** Begins with the newest events of the journal. */
    void begin(JournalPage newest) {
        head = EventId.NONE;
        onlyEnd = newest.onlyEnd();
        newest.events().forEach(this::append);
    }

    /**
     * Takes in an event that comes next: one without an id, or one whose predecessor is the newest. One that the window
     * holds since before the journal lost it, and that comes again, is not taken in twice.
     */
    boolean offer(JobEvent event) {
        if (head == null || !(event.isLiveOnly() || isNext(event))) {
            return false;
        }
        if (!event.isLiveOnly() && holds(event.journaledId())) {
            rewindTo(event);
            return false;
        }
        append(event);
        return true;
    }

    /** Whether it names the newest event as its predecessor. */
    boolean isNext(JobEvent event) {
        return head != null && head.equals(event.prev()) && !lost;
    }

    /** Takes in an event of which the journal says that it comes next, whatever its predecessor was. */
    void append(JobEvent event) {
        lost &= event.isLiveOnly();
        if (EventId.NONE.equals(event.prev())) {
            origin = window.end();
        }
        window.append(sharingItsPredecessor(event));
        EventId id = event.id();
        if (id != null) {
            head = id;
            ended = event.isTerminal();
        }
    }

    /** An event that names its predecessor by the id that we hold already: a window keeps it for long. */
    private JobEvent sharingItsPredecessor(JobEvent event) {
        EventId id = event.id();
        EventId before = head;
        return id != null && before != null && before.equals(event.prev())
                ? JobEvent.journaled(id, before, event.type(), event.data())
                : event;
    }

    /** What comes next comes after this event of the journal. The window keeps what was seen. */
    void rewindTo(JobEvent newest) {
        lost = false;
        head = newest.journaledId();
        ended = newest.isTerminal();
    }

    /**
     * What comes next comes after this entry of the journal, which cannot be delivered: a client that has seen the event
     * before it learns from the next one that something is missing.
     */
    void pass(EventId entry) {
        if (head != null && !ended && entry.isAfter(head)) {
            head = entry;
        }
    }

    /** Whether the journal is known not to have this event: it belongs behind the newest, or among those that are held. */
    boolean lacks(EventId id) {
        if (head == null || holds(id)) {
            return false;
        }
        EventId beforeOldest = window.beforeOldest();
        return id.isAfter(head) || (beforeOldest != null && id.isAfter(beforeOldest));
    }

    /**
     * The journal has lost all it had, this event included. What may still be under way on the channel from before is no
     * continuation: what comes next, only the journal can tell. Does nothing if there is something newer already.
     */
    void lose(EventId newest) {
        lost = newest.equals(head);
    }

    /** The journal goes on behind the newest event after all. */
    void regain() {
        lost = false;
    }

    boolean holds(EventId id) {
        return window.contains(id);
    }

    long windowStart() {
        return window.first();
    }

    /** Grows by one with each event that is taken in. */
    long windowEnd() {
        return window.end();
    }

    /** Where to read from to compare the window with the journal. */
    EventId base() {
        EventId beforeOldest = window.beforeOldest();
        return beforeOldest != null ? beforeOldest : head != null ? head : EventId.NONE;
    }

    // ---- cursors ----

    /** Finds the cursor's place in the window, if it has one there; fixes a cursor that begins now. */
    void place(Cursor cursor) {
        if (head == null) {
            return;
        }
        cursor.arrive(window.end());
        TailSearch search = cursor.search;
        if (search != null) {
            long place = search.firstLook(window, head);
            if (place == EventWindow.NOWHERE) {
                cursor.behind = true;
                return;
            }
            search.end(cursor, head, onlyEnd);
            cursor.place = place;
        } else if (cursor.now) {
            cursor.now = false;
            cursor.after = head;
            cursor.place = window.end();
        }
        if (cursor.place < window.first()) {
            cursor.place = placeAfter(cursor.after, head);
        }
        cursor.behind = cursor.place == EventWindow.NOWHERE;
    }

    /** Fixes where a cursor stands whose search through the journal is over. */
    void placeAtTail(Cursor cursor, TailSearch search) {
        if (head != null) {
            search.end(cursor, head, onlyEnd);
            place(cursor);
        }
    }

    private long placeAfter(@Nullable EventId after, EventId newest) {
        if (after == null) {
            return origin >= window.first() ? origin : EventWindow.NOWHERE;
        }
        long place = window.placeAfter(after);
        return place == EventWindow.NOWHERE && after.equals(newest) ? window.end() : place;
    }

    /**
     * Puts a cursor after which the journal has nothing, and which it does not know, before the oldest event that is
     * certainly news to it: of those that the window still holds though the journal does not, or of those to come. A last
     * event is always news: who has seen it does not ask for more. Does nothing if the window has moved on since the
     * journal was read: what it has let go may have been news.
     *
     * @param windowAsOf {@link #windowStart} before the journal was read
     */
    void placeWithoutJournal(Cursor cursor, long windowAsOf) {
        place(cursor);
        if (head == null || cursor.place != EventWindow.NOWHERE || windowAsOf != window.first()) {
            return;
        }
        if (cursor.after == null) {
            cursor.place = window.first();
        } else if (head.isAfter(cursor.after)) {
            cursor.place = window.firstAfter(cursor.after, head);
        } else {
            cursor.place = ended && holds(head) ? window.placeAfter(head) - 1 : window.end();
        }
    }

    /** Whether the job has ended and nothing is left for a client that comes with this cursor. */
    boolean isFinishedFor(Cursor cursor) {
        return ended && head != null && cursor.after != null && !head.isAfter(cursor.after);
    }

    /** The same where nothing was left of the job but that it has ended: a client that comes back has nothing to come back for. */
    boolean isOnlyEndLeftFor(Cursor cursor) {
        return ended && onlyEnd && cursor.after != null;
    }

    /**
     * Puts a cursor behind all there is, since the journal has nothing for it up to an entry that is no event. What it has seen
     * last stays, so that it learns from the next event that something is missing. Does nothing if more has come since.
     */
    void placeBehind(EventId passed, Cursor cursor) {
        place(cursor);
        if (cursor.place == EventWindow.NOWHERE && head != null && !head.isAfter(passed)) {
            cursor.place = window.end();
        }
    }

    /**
     * What tells a client of its loss that stands behind all there is, and at an event of which the journal knows nothing;
     * {@code null} if it stands otherwise.
     */
    @Nullable
    EventBatch lossOf(Cursor cursor) {
        EventId seen = cursor.after;
        if (seen == null || seen.equals(EventId.NONE) || head == null || cursor.place != window.end()) {
            return null;
        }
        return seen.equals(head) || holds(seen) ? null : EventBatch.lost(seen);
    }

    /** Whether the job has ended and the cursor stands behind its last event, or behind where that was. */
    boolean isOverFor(Cursor cursor) {
        return cursor.place == window.end()
                && isFinishedFor(cursor)
                && head != null
                && (head.equals(cursor.after) || !holds(head));
    }

    /** The events from the cursor's place on, and moves it; {@code null} if it is at the end. */
    @Nullable
    EventBatch read(Cursor cursor) {
        while (cursor.place < window.end()) {
            if (!isShared(cursor)) {
                List<JobEvent> events = new ArrayList<>((int) Math.min(window.end() - cursor.place, batchEvents));
                long to = window.read(cursor.place, cursor.liveFrom, batchEvents, batchBytes, events);
                if (events.isEmpty()) {
                    cursor.place = to;
                    continue;
                }
                shared = new EventBatch(cursor.after, events);
                boolean whole = to - cursor.place == events.size();
                sharedFrom = whole ? cursor.place : EventWindow.NOWHERE;
                sharedLive = events.stream().anyMatch(JobEvent::isLiveOnly);
                sharedTo = to;
            }
            EventBatch batch = Objects.requireNonNull(shared);
            cursor.place = sharedTo;
            cursor.after = batch.last();
            return batch;
        }
        return null;
    }

    private boolean isShared(Cursor cursor) {
        return shared != null
                && sharedFrom == cursor.place
                && (!sharedLive || cursor.liveFrom <= cursor.place)
                && Objects.equals(shared.after(), cursor.after)
                && (sharedTo == window.end() || shared.isFull(batchEvents, batchBytes));
    }
}
