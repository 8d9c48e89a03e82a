package dev.jobstream.application;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.util.List;

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
    private final StreamMetrics metrics;

    JournalFollower(
            JobId job, EventSource source, Chain chain, Object lock, StreamSettings settings, StreamMetrics metrics) {
        this.job = job;
        this.source = source;
        this.chain = chain;
        this.lock = lock;
        this.windowEvents = settings.windowEvents();
        this.pageEvents = settings.batchEvents();
        this.metrics = metrics;
    }

    /** Reads one page of the journal into the chain; whether there may be more to read. */
    boolean step() {
        EventId head;
        synchronized (lock) {
            head = chain.head();
        }
        return head == null ? begin() : follow(head);
    }

    private boolean begin() {
        JournalPage newest = source.readLast(job, windowEvents);
        synchronized (lock) {
            chain.begin(newest.events());
        }
        return false;
    }

    private boolean follow(EventId head) {
        JournalPage page = source.readAfter(job, head, pageEvents);
        if (page.events().isEmpty()) {
            return !page.afterRetained() && !head.equals(EventId.NONE) && followLostTail(head);
        }
        EventId before = page.events().get(0).prev();
        synchronized (lock) {
            if (head.equals(before)) {
                page.events().forEach(chain::offer);
                return page.more() || isBehind(page);
            }
            if (!head.equals(chain.head())) {
                return true;
            }
            metrics.healed();
            if (before != null && before.isAfter(head)) {
                // Trimmed below the head: what is left follows, and its first predecessor tells of the gap.
                page.events().forEach(chain::append);
                return page.more();
            }
        }
        reconcile();
        return true;
    }

    /** Whether the page went on where the chain could not: an event in the midst of the journal was deleted. */
    private boolean isBehind(JournalPage page) {
        EventId last = page.events().get(page.events().size() - 1).journaledId();
        EventId head = chain.head();
        return head != null && last.isAfter(head);
    }

    /** The journal has nothing after the head and does not hold it; whether there is something to read all the same. */
    private boolean followLostTail(EventId head) {
        List<JobEvent> newest = source.readLast(job, 1).events();
        if (newest.isEmpty()) {
            return false; // All of it is gone. The next event will have another predecessor, and tell.
        }
        if (newest.get(0).journaledId().isAfter(head)) {
            return true; // It came in the meantime.
        }
        metrics.healed();
        reconcile();
        return false;
    }

    /**
     * The journal went another way: its newest events are lost, and others may stand in their place, even with lower ids.
     * Whatever it has that is not in the window comes next.
     */
    private void reconcile() {
        EventId after;
        synchronized (lock) {
            after = chain.base();
        }
        JobEvent last = null;
        JournalPage page;
        do {
            page = source.readAfter(job, after, pageEvents);
            synchronized (lock) {
                for (JobEvent event : page.events()) {
                    last = event;
                    after = event.journaledId();
                    if (!chain.holds(after)) {
                        chain.append(event);
                    }
                }
            }
        } while (page.more());
        if (last == null) {
            List<JobEvent> newest = source.readLast(job, 1).events();
            last = newest.isEmpty() ? null : newest.get(0);
        }
        if (last != null) {
            synchronized (lock) {
                chain.rewindTo(last);
            }
        }
    }
}
