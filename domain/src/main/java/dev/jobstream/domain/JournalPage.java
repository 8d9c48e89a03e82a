package dev.jobstream.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of events from a job's journal, in order.
 *
 * @param events the journaled events; may be fewer than asked for, since a page is bounded in bytes too, but never empty
 *     while {@code more}
 * @param more whether the journal had further events behind these, or in front of them where it was read backwards
 * @param afterRetained whether the event that was read after is still in the journal. Where it is not, the journal was
 *     trimmed, has expired or has lost its tail, and only the {@code prev} of the first event tells whether something is
 *     missing in between. Without meaning for the newest events and for a read from {@link EventId#NONE}
 * @param passed the newest entry behind these events, where it is no event that can be delivered: it was passed over, and
 *     needs not be read again; {@code null} where there is none, or {@code more}
 * @param onlyEnd whether nothing is retained of the job but that it has ended
 */
public record JournalPage(
        List<JobEvent> events,
        boolean more,
        boolean afterRetained,
        @Nullable EventId passed,
        boolean onlyEnd) {

    /** @throws IllegalArgumentException if there is more but nothing here */
    public JournalPage {
        events = List.copyOf(events);
        if (more && events.isEmpty()) {
            throw new IllegalArgumentException("a page with more behind it must not be empty");
        }
    }

    /** A page with nothing but events. */
    public JournalPage(List<JobEvent> events, boolean more, boolean afterRetained) {
        this(events, more, afterRetained, null, false);
    }

    /**
     * A page of a job of which only the end is left.
     *
     * @param end the terminal event, without its data
     * @param after the position that is read after
     */
    public static JournalPage ofEnd(JobEvent end, EventId after) {
        List<JobEvent> events = end.journaledId().isAfter(after) ? List.of(end) : List.of();
        return new JournalPage(events, false, after.equals(end.id()), null, true);
    }

    /**
     * The same, read backwards.
     *
     * @param end the terminal event, without its data
     * @param before the position that is read before
     */
    public static JournalPage ofEndBefore(JobEvent end, EventId before) {
        List<JobEvent> events = before.isAfter(end.journaledId()) ? List.of(end) : List.of();
        return new JournalPage(events, false, false, null, true);
    }
}
