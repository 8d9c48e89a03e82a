package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chain of a journal's entries. An entry that is no event stays a link of it, so that the event behind it names a
 * predecessor which nobody was given: that is how the hole shows.
 *
 * <p>An entry's own word on its predecessor is believed before its place in the journal, as an entry between them may have
 * been deleted, which must show as a hole. Without a word, or with one that its place disproves, the place decides; if that
 * is unknown too, because the journal begins there, the predecessor is {@link EventId#NONE}, which no cursor inside a job
 * matches, so that it shows as well.
 */
final class JournalChain {

    private @Nullable EventId last;
    private boolean passing;

    /** @param before the entry in front of the first; {@code null} if unknown */
    JournalChain(@Nullable EventId before) {
        this.last = before;
    }

    /** The events among the entries, which follow those of the call before. */
    List<JobEvent> link(List<JournalEntry> entries) {
        List<JobEvent> events = new ArrayList<>(entries.size());
        for (JournalEntry entry : entries) {
            JobEvent event = entry.toEvent(predecessor(entry.prev()));
            if (event != null) {
                events.add(event);
            }
            passing = event == null;
            last = entry.id();
        }
        return events;
    }

    /** The last entry, if it is no event; {@code null} otherwise. */
    @Nullable
    EventId passed() {
        return passing ? last : null;
    }

    private EventId predecessor(@Nullable EventId declared) {
        if (declared != null && (last == null || !last.isAfter(declared))) {
            return declared;
        }
        return last == null ? EventId.NONE : last;
    }
}
