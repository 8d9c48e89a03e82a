package dev.jobstream.application.memory;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.IdempotencyConflictException;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What was published to one job under which idempotency key. Not safe for use by many threads. */
final class MemoryKeys {

    /** The ids that one publication is given follow each other: see {@link MemoryJournal#append}. */
    private record Published(String digest, EventId first, int count) {

        List<EventId> ids() {
            return IntStream.range(0, count)
                    .mapToObj(n -> new EventId(first.time(), first.sequence() + n))
                    .toList();
        }
    }

    /** In the order in which they were used, oldest first. */
    private final Map<IdempotencyKey, Published> keys = new LinkedHashMap<>();

    /**
     * The ids that were given under this key; {@code null} if it has not been used.
     *
     * @throws IdempotencyConflictException if it was used for something else
     */
    @Nullable
    List<EventId> find(JobId job, IdempotencyKey key, String digest) {
        Published before = keys.get(key);
        if (before == null) {
            return null;
        }
        if (!before.digest.equals(digest)) {
            throw new IdempotencyConflictException(job);
        }
        return before.ids();
    }

    void remember(IdempotencyKey key, String digest, List<EventId> ids) {
        keys.put(key, new Published(digest, ids.get(0), ids.size()));
        if (keys.size() > IdempotencyKey.MOST_REMEMBERED) {
            Iterator<IdempotencyKey> oldest = keys.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
