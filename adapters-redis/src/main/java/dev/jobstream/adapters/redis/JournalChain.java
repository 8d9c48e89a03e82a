package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The chain of a journal with what is no event taken out of it: the event behind a skipped entry gets the skipped one's
 * predecessor, so that a consumer, who never hears of the skipped one, does not look for it.
 *
 * <p>An entry's own word on its predecessor is believed before its place in the journal, as an entry between them may have
 * been deleted, which must show as a hole. Without a word, or with one that its place disproves, the place decides; if that
 * is unknown too, because the journal begins there, the predecessor is {@link EventId#NONE}, which no cursor inside a job matches, so that it shows as well.
 */
final class JournalChain {

    private final Map<EventId, EventId> skipped = new HashMap<>();
    private @Nullable EventId last;

    /** @param before the event in front of the first entry; {@code null} if unknown */
    JournalChain(@Nullable EventId before) {
        this.last = before;
    }

    /** The events among the entries, which follow those of the call before. */
    List<JobEvent> link(List<JournalEntry> entries) {
        List<JobEvent> events = new ArrayList<>(entries.size());
        for (JournalEntry entry : entries) {
            EventId before = predecessor(entry.prev());
            JobEvent event = entry.toEvent(before == null ? EventId.NONE : before);
            if (event != null) {
                events.add(event);
                last = entry.id();
            } else {
                if (entry.id() != null && before != null) {
                    skipped.put(entry.id(), before);
                }
                last = before;
            }
        }
        return events;
    }

    private @Nullable EventId predecessor(@Nullable EventId declared) {
        EventId word = declared == null ? null : skipped.getOrDefault(declared, declared);
        return word == null || (last != null && last.isAfter(word)) ? last : word;
    }
}
