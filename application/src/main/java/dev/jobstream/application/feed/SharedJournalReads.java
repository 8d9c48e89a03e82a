package dev.jobstream.application.feed;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.TransportUnavailableException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one job's journal by watchers who are behind the window: one at a time, and a page that was read for one is
 * there for all who ask for it or for a part of it, so that many who come back at once cost a few reads, even if they had
 * come to different events: behind the first page that they share they are in step. Pages that nobody asks for are let go
 * after a few ticks.
 *
 * <p>Those who are in step stay so, because a session that was given a page lets the others have theirs before it asks for
 * the next: see {@link FeedReader}. Each for itself, one after the other, they would find the pages gone that the one
 * before had read, however many are kept.
 */
final class SharedJournalReads {

    private static final int PAGES = 64;
    private static final int MAX_BYTES = 1 << 20;
    /** Long enough for those who come back at once to come one after the other, on a machine that is busy with it. */
    private static final int TICKS_KEPT = 8;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final JobId job;
    private final EventSource source;
    private final int limit;
    private final StreamClock clock;
    private final ReentrantLock reading = new ReentrantLock();
    private final Deque<EventBatch> pages = new ArrayDeque<>(PAGES);
    private int bytes;
    private int ticksUnused;
    private int forgotten;
    /** The last read that failed, guarded by {@code reading}: those who waited for it do not all try in turn. */
    private @Nullable TransportUnavailableException failure;

    private long failedAt;

    SharedJournalReads(JobId job, EventSource source, int limit, StreamClock clock) {
        this.job = job;
        this.source = source;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * What the journal has after a position.
     *
     * @param batch {@code null} if there is nothing
     * @param afterRetained whether the event of the position is in the journal
     * @param passed the entry up to which there is no event that can be delivered; {@code null} if nothing was passed over
     */
    record Answer(
            @Nullable EventBatch batch,
            boolean afterRetained,
            @Nullable EventId passed) {}

    /**
     * Reads after an event, or from the oldest if there is none; blocks.
     *
     * @param fresh is given the events of a page that was really read, before anybody else can read another
     */
    Answer after(@Nullable EventId after, Consumer<List<JobEvent>> fresh) {
        reading.lock();
        try {
            int asOf = forgotten();
            EventBatch known = find(after);
            if (known != null) {
                return new Answer(known, true, null);
            }
            EventBatch rest = restOfAPage(after);
            if (rest != null) {
                keep(rest, asOf);
                return new Answer(rest, true, null);
            }
            JournalPage page = read(() -> source.readAfter(job, after == null ? EventId.NONE : after, limit));
            if (page.events().isEmpty()) {
                return new Answer(null, page.afterRetained(), page.passed());
            }
            fresh.accept(page.events());
            EventBatch batch = new EventBatch(after, upToTerminal(page.events()));
            keep(batch, asOf);
            return new Answer(batch, page.afterRetained(), page.passed());
        } finally {
            reading.unlock();
        }
    }

    /**
     * What the journal has before a position.
     *
     * @param events oldest first
     * @param more whether there may be something before them
     */
    record Earlier(List<JobEvent> events, boolean more) {}

    /**
     * Reads backwards; blocks. Its pages are like all others: who reads on from where one begins gets it.
     *
     * @param before the event to read before
     * @param prev the event that is known to be the one before it; {@code null} if none is
     */
    Earlier before(EventId before, @Nullable EventId prev) {
        reading.lock();
        try {
            int asOf = forgotten();
            List<JobEvent> known = prev == null ? List.of() : upTo(prev);
            if (!known.isEmpty()) {
                return new Earlier(known, true);
            }
            JournalPage page = read(() -> source.readBefore(job, before, limit));
            if (!page.events().isEmpty()) {
                keep(new EventBatch(page.events().get(0).prev(), page.events()), asOf);
            }
            return new Earlier(page.events(), page.more());
        } finally {
            reading.unlock();
        }
    }

    private JournalPage read(Supplier<JournalPage> from) {
        if (failure != null && clock.nanos() - failedAt < PAUSE_NANOS) {
            throw failure;
        }
        try {
            JournalPage page = from.get();
            failure = null;
            return page;
        } catch (TransportUnavailableException e) {
            failure = e;
            failedAt = clock.nanos();
            throw e;
        }
    }

    /** Runs something that reads the journal itself, while nobody else does. */
    void exclusively(Runnable read) {
        reading.lock();
        try {
            read.run();
        } finally {
            reading.unlock();
        }
    }

    /** Forgets all pages, since the journal may have changed under them. Does not block. */
    void forget() {
        synchronized (pages) {
            clear();
            forgotten++;
        }
    }

    private int forgotten() {
        synchronized (pages) {
            return forgotten;
        }
    }

    /** Forgets the pages if nobody has asked for one for a few ticks. */
    void tick() {
        synchronized (pages) {
            if (++ticksUnused >= TICKS_KEPT) {
                clear();
            }
        }
    }

    /** Under the lock of {@code pages}. */
    private void clear() {
        pages.clear();
        bytes = 0;
    }

    private @Nullable EventBatch find(@Nullable EventId after) {
        synchronized (pages) {
            ticksUnused = 0;
            for (EventBatch page : pages) {
                if (Objects.equals(page.after(), after)) {
                    return page;
                }
            }
            return null;
        }
    }

    /** What comes after this event in a page that has it in its midst. */
    private @Nullable EventBatch restOfAPage(@Nullable EventId after) {
        if (after == null) {
            return null;
        }
        synchronized (pages) {
            for (EventBatch page : pages) {
                List<JobEvent> events = page.events();
                for (int i = events.size() - 2; i >= 0; i--) {
                    if (after.equals(events.get(i).id())) {
                        return new EventBatch(after, events.subList(i + 1, events.size()));
                    }
                }
            }
            return null;
        }
    }

    /** The events of a page up to and with this one; none if no page has it. */
    private List<JobEvent> upTo(EventId last) {
        synchronized (pages) {
            ticksUnused = 0;
            for (EventBatch page : pages) {
                List<JobEvent> events = page.events();
                for (int i = events.size() - 1; i >= 0; i--) {
                    if (last.equals(events.get(i).id())) {
                        return events.subList(0, i + 1);
                    }
                }
            }
            return List.of();
        }
    }

    /** Not if all were to be forgotten while this one was read. */
    private void keep(EventBatch page, int asOf) {
        synchronized (pages) {
            if (forgotten != asOf) {
                return;
            }
            pages.addLast(page);
            bytes += page.bytes();
            while (pages.size() > PAGES || (bytes > MAX_BYTES && pages.size() > 1)) {
                bytes -= pages.removeFirst().bytes();
            }
        }
    }

    private static List<JobEvent> upToTerminal(List<JobEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).isTerminal()) {
                return events.subList(0, i + 1);
            }
        }
        return events;
    }
}
