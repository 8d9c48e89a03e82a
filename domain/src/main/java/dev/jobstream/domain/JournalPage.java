package dev.jobstream.domain;

import java.util.List;

/**
 * A run of events from a job's journal, in order.
 *
 * @param events the journaled events; may be fewer than asked for, since a page is bounded in bytes too, but never empty
 *     while {@code more}
 * @param more whether the journal had further events behind these
 * @param afterRetained whether the event that was read after is still in the journal. Where it is not, the journal was
 *     trimmed, has expired or has lost its tail, and only the {@code prev} of the first event tells whether something is
 *     missing in between. Without meaning for the newest events and for a read from {@link EventId#NONE}
 */
public record JournalPage(List<JobEvent> events, boolean more, boolean afterRetained) {

    /** @throws IllegalArgumentException if there is more but nothing here */
    public JournalPage {
        events = List.copyOf(events);
        if (more && events.isEmpty()) {
            throw new IllegalArgumentException("a page with more behind it must not be empty");
        }
    }
}
