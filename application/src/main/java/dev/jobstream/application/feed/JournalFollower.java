package dev.jobstream.application.feed;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What brings a chain to where its journal is. The journal is right: what it has next comes next, and where it was
 * trimmed, or has lost its newest events in a failover, the chain goes on behind the break. Used by one thread at a time;
 * the chain is touched under its lock only, and the journal is never read under it.
 */
final class JournalFollower {

    private final JobId job;
    private final EventSource source;
    private final Chain chain;
    private final Object lock;
    private final int windowEvents;
    private final int pageEvents;
    private final FeedMetrics metrics;

    JournalFollower(JobId job, FeedContext context, Chain chain, Object lock) {
        this.job = job;
        this.source = context.source();
        this.chain = chain;
        this.lock = lock;
        this.windowEvents = context.settings().windowEvents();
        this.pageEvents = context.settings().batchEvents();
        this.metrics = context.metrics();
    }

    /** Reads one page of the journal into the chain; whether there may be more to read. */
    boolean readPage() {
        EventId head;
        synchronized (lock) {
            head = chain.head();
        }
        return head == null ? begin() : follow(head);
    }

    private boolean begin() {
        JournalPage newest = source.readLast(job, windowEvents);
        synchronized (lock) {
            chain.begin(newest);
            pass(newest);
        }
        return false;
    }

    private boolean follow(EventId head) {
        JournalPage page = source.readAfter(job, head, pageEvents);
        if (page.events().isEmpty()) {
            synchronized (lock) {
                pass(page);
            }
            return !page.afterRetained() && !head.equals(EventId.NONE) && followLostTail(head);
        }
        EventId before = page.events().get(0).prev();
        synchronized (lock) {
            if (head.equals(before)) {
                chain.regain();
                page.events().forEach(chain::offer);
                if (isBehind(page)) {
                    return true;
                }
                pass(page);
                return page.more();
            }
            if (!head.equals(chain.head())) {
                return true;
            }
            metrics.journalBroken();
            if (page.afterRetained() || (before != null && before.isAfter(head))) {
                // Trimmed below the head: what is left follows, and its first predecessor tells of the gap.
                page.events().forEach(chain::append);
                pass(page);
                return page.more();
            }
        }
        return reconcile();
    }

    /** What is no event needs not be read again. */
    private void pass(JournalPage page) {
        EventId passed = page.passed();
        if (passed != null) {
            chain.pass(passed);
        }
    }

    /** Whether the page went on where the chain could not: an event in the midst of the journal was deleted. */
    private boolean isBehind(JournalPage page) {
        EventId last = lastOf(page).journaledId();
        EventId head = chain.head();
        return head != null && last.isAfter(head);
    }

    /** The journal has nothing after the head and does not hold it; whether there is something to read all the same. */
    private boolean followLostTail(EventId head) {
        List<JobEvent> newest = source.readLast(job, 1).events();
        if (newest.isEmpty()) {
            synchronized (lock) {
                chain.lose(head);
            }
            return false; // All of it is gone. The next event will have another predecessor, and tell.
        }
        if (newest.get(0).journaledId().isAfter(head)) {
            return true; // It came in the meantime.
        }
        metrics.journalBroken();
        return reconcile();
    }

    /**
     * The journal went another way: its newest events are lost, and others may stand in their place, even with lower ids.
     * Goes back to the newest event that window and journal have in common, from where the journal is followed again. The
     * channel cannot get in between: what it brings does not fit a head that the journal has lost.
     */
    private boolean reconcile() {
        EventId base;
        synchronized (lock) {
            base = chain.base();
        }
        EventId after = base;
        JournalPage page;
        JobEvent common = null;
        do {
            page = source.readAfter(job, after, pageEvents);
            JobEvent held = lastHeld(page.events());
            common = held != null ? held : common;
            after = page.events().isEmpty() ? after : lastOf(page).journaledId();
        } while (page.more() && common != null && isLastOf(page, common));
        if (common != null) {
            goOnAfter(common);
            return true;
        }
        if (!page.events().isEmpty()) {
            goOnWith(page.events().get(0));
            return true;
        }
        return goOnBelow(base);
    }

    /**
     * The journal has only events below the window: it has lost more than that, or began anew with its clock set back.
     * Which of them are news cannot be told, but for those behind one that is known, and for a last one.
     */
    private boolean goOnBelow(EventId base) {
        List<JobEvent> newest = source.readLast(job, windowEvents).events();
        if (newest.isEmpty()) {
            return false;
        }
        JobEvent last = newest.get(newest.size() - 1);
        if (last.journaledId().isAfter(base)) {
            return true; // It came in the meantime.
        }
        JobEvent common = lastHeld(newest);
        if (common == null && last.isTerminal()) {
            goOnWith(last);
        } else {
            goOnAfter(common == null ? last : common);
        }
        return true;
    }

    private void goOnAfter(JobEvent known) {
        synchronized (lock) {
            chain.rewindTo(known);
        }
    }

    private void goOnWith(JobEvent next) {
        synchronized (lock) {
            chain.append(next);
        }
    }

    private @Nullable JobEvent lastHeld(List<JobEvent> events) {
        synchronized (lock) {
            for (int i = events.size() - 1; i >= 0; i--) {
                if (chain.holds(events.get(i).journaledId())) {
                    return events.get(i);
                }
            }
            return null;
        }
    }

    private static boolean isLastOf(JournalPage page, JobEvent event) {
        return lastOf(page).journaledId().equals(event.journaledId());
    }

    private static JobEvent lastOf(JournalPage page) {
        return page.events().get(page.events().size() - 1);
    }
}
