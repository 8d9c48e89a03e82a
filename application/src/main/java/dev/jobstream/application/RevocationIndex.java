package dev.jobstream.application;

import dev.jobstream.domain.JobId;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The revocations that hold, found by what they are about. Filled by one thread at a time, asked by many. */
final class RevocationIndex {

    /** @param at when it was told, in milliseconds since 1970 */
    private record Entry(Revocation revocation, long at) {}

    /** What it is found by: the first of these that it names. */
    private record Key(String kind, @Nullable Object value) {

        static Key of(Revocation revocation) {
            if (revocation.tokenId() != null) {
                return new Key("token", revocation.tokenId());
            }
            if (revocation.session() != null) {
                return new Key("session", revocation.session());
            }
            return revocation.subject() != null
                    ? new Key("subject", revocation.subject())
                    : new Key("job", revocation.job());
        }
    }

    private final long memoryMillis;
    private final int most;
    private final Map<Key, List<Entry>> entries = new ConcurrentHashMap<>();
    private final ArrayDeque<Entry> inOrder = new ArrayDeque<>();

    /**
     * @param memory for how long each holds
     * @param most how many are kept, the newest
     */
    RevocationIndex(Duration memory, int most) {
        this.memoryMillis = memory.toMillis();
        this.most = most;
    }

    /** Adds the newest, and forgets those that hold no longer. */
    void add(Revocation revocation, long at) {
        Entry entry = new Entry(revocation, at);
        inOrder.add(entry);
        entries.merge(Key.of(revocation), List.of(entry), RevocationIndex::concatenated);
        while (inOrder.size() > most || inOrder.element().at <= at - memoryMillis) {
            remove(inOrder.remove());
        }
    }

    private static List<Entry> concatenated(List<Entry> some, List<Entry> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private void remove(Entry gone) {
        entries.computeIfPresent(Key.of(gone.revocation), (key, all) -> {
            List<Entry> rest = all.stream().filter(entry -> !entry.equals(gone)).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /** Whether something that was granted at this time, in milliseconds since 1970, has been taken back then or later. */
    boolean isRevoked(Caller caller, JobId job, long since) {
        if (entries.isEmpty()) {
            return false;
        }
        return isRevoked(new Key("subject", caller.subject()), caller, job, since)
                || isRevoked(new Key("token", caller.tokenId()), caller, job, since)
                || isRevoked(new Key("session", caller.session()), caller, job, since)
                || isRevoked(new Key("job", job), caller, job, since);
    }

    private boolean isRevoked(Key key, Caller caller, JobId job, long since) {
        for (Entry entry : entries.getOrDefault(key, List.of())) {
            if (entry.at >= since && entry.revocation.matches(caller, job)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a stream that is open has been taken back. */
    boolean isRevoked(@Nullable Principal principal, JobId job, StreamAccess access) {
        Caller caller = principal == null ? Caller.named("") : access.caller(principal);
        long since =
                caller.issuedAt() == null ? Long.MIN_VALUE : caller.issuedAt().toEpochMilli();
        return isRevoked(caller, job, since);
    }
}
