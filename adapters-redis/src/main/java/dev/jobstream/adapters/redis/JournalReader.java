package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Reads pages of a journal through {@code read.lua}, which bounds what crosses the wire in number and in bytes.
 *
 * <p>Where entries that are no events leave a page short, it reads on behind them: each round trip moves by at least one
 * entry, so that this ends, and each is bounded, so that they cost time but no memory.
 */
final class JournalReader {

    private static final String READ = "/dev/jobstream/read.lua";
    private static final byte[] AFTER = LuaScript.bytes("after");
    private static final byte[] ON = LuaScript.bytes("on");
    private static final byte[] BEFORE = LuaScript.bytes("before");
    private static final String NEWEST = "+";
    private static final int PAGE_BYTES = 256 * 1024;
    private static final int MAX_PAGE = 1_000;
    /** Asked for behind what is no event, whatever the limit: one entry at a time could be thousands of round trips. */
    private static final int BEHIND_GARBAGE = 256;
    /** The first elements of a reply tell of the journal; four more are an entry. */
    private static final int HEADER = 5;

    private static final int FIELDS = 4;
    private static final int END_PARTS = 3;

    private final LuaScript read;
    private final JobKey keys;
    private final JournalLimits limits;
    private final SkippedMessages skipped;
    private final LargeEntries large = new LargeEntries(System::nanoTime);

    JournalReader(
            RedisConnectionFactory connections, ValkeyProbe probe, Installation installation, SkippedMessages skipped) {
        this.keys = installation.keys();
        this.read = new LuaScript(connections, probe, READ);
        this.limits = installation.limits();
        this.skipped = skipped;
    }

    JournalPage readAfter(JobId job, EventId after, int limit) {
        int wanted = checked(limit);
        Reply reply = read(job, AFTER, after.toString(), wanted);
        JobEvent end = reply.end;
        if (end != null) {
            return JournalPage.ofEnd(end, after);
        }
        boolean afterRetained = reply.fromRetained;
        JournalChain chain = new JournalChain(afterRetained || after.equals(EventId.NONE) ? after : null);
        List<JobEvent> events = chain.link(reply.entries);
        while (events.isEmpty() && reply.more) {
            reply = read(job, ON, reply.lastId(), BEHIND_GARBAGE);
            events = chain.link(reply.entries);
        }
        boolean cut = events.size() > wanted;
        return new JournalPage(
                cut ? events.subList(0, wanted) : events,
                cut || reply.more,
                afterRetained,
                cut || reply.more ? null : chain.passed(),
                false);
    }

    JournalPage readLast(JobId job, int limit) {
        Backwards newest = readBackwards(job, NEWEST, checked(limit));
        return newest.end != null
                ? JournalPage.ofEnd(newest.end, EventId.NONE)
                : new JournalPage(newest.events, false, true, newest.passed, false);
    }

    JournalPage readBefore(JobId job, EventId before, int limit) {
        Backwards earlier = readBackwards(job, before.toString(), checked(limit));
        return earlier.end != null
                ? JournalPage.ofEndBefore(earlier.end, before)
                : new JournalPage(earlier.events, earlier.more, false);
    }

    private Backwards readBackwards(JobId job, String from, int wanted) {
        Reply reply = read(job, BEFORE, from, wanted);
        if (reply.end != null) {
            return new Backwards(List.of(), false, null, reply.end);
        }
        List<JournalEntry> newestFirst = new ArrayList<>(reply.entries);
        int bytes = reply.bytes;
        // A bounded number of bytes may be fewer events than wanted, but not none because of what is no event.
        while (reply.more && bytes < PAGE_BYTES && events(newestFirst) < wanted) {
            reply = read(job, BEFORE, reply.lastId(), BEHIND_GARBAGE);
            newestFirst.addAll(reply.entries);
            bytes += reply.bytes;
        }
        Collections.reverse(newestFirst);
        JournalChain chain = new JournalChain(null);
        List<JobEvent> events = chain.link(newestFirst);
        int cut = Math.max(0, events.size() - wanted);
        return new Backwards(events.subList(cut, events.size()), cut > 0 || reply.more, chain.passed(), null);
    }

    private record Backwards(
            List<JobEvent> events,
            boolean more,
            @Nullable EventId passed,
            @Nullable JobEvent end) {}

    private static int checked(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, is " + limit);
        }
        return Math.min(limit, MAX_PAGE);
    }

    private static long events(List<JournalEntry> entries) {
        return entries.stream().filter(JournalEntry::isEvent).count();
    }

    private Reply read(JobId job, byte[] direction, String from, int limit) {
        LargeEntries.OfAJob known = large.of(job);
        Reply reply = read(job, direction, from, limit, known.entries());
        if (known.isDoubtful(reply.journalLength)) {
            large.forget(job);
            reply = read(job, direction, from, limit, Collections.emptyNavigableMap());
        }
        large.add(job, reply.large, reply.journalLength);
        return reply;
    }

    /** @param large entries that are known to be too large, as they were read */
    private Reply read(JobId job, byte[] direction, String from, int limit, NavigableMap<EventId, JournalEntry> large) {
        String key = keys.of(job);
        boolean fromLarge = direction == AFTER && !large.isEmpty() && large.containsKey(EventId.parse(from));
        List<byte[]> arguments = new ArrayList<>(List.of(
                fromLarge ? ON : direction,
                LuaScript.bytes(from),
                LuaScript.bytes(limit),
                LuaScript.bytes(PAGE_BYTES),
                LuaScript.bytes(limits.maxEventBytes())));
        beyond(direction, from, large).forEach(id -> arguments.add(LuaScript.bytes(id.toString())));
        List<Object> reply;
        try {
            reply = read.run(LuaScript.bytes(key), arguments.toArray(byte[][]::new));
        } catch (ScriptRefusedException e) {
            // Somebody else's key under our name: there is nothing of the job, and an operator learns why.
            skipped.skipped(TransportProblems.Where.JOURNAL, key, e.reason());
            return new Reply(List.of(), 0, false, false, null, 0, List.of());
        }
        Set<String> tooLarge = Set.of(LuaScript.text(reply.get(4)).split(" "));
        List<JournalEntry> found = new ArrayList<>();
        List<JournalEntry> entries = new ArrayList<>((reply.size() - HEADER) / FIELDS);
        int bytes = 0;
        for (int at = HEADER; at < reply.size(); at += FIELDS) {
            String id = LuaScript.text(reply.get(at));
            JournalEntry entry = large.isEmpty() ? null : large.get(EventId.parse(id));
            if (entry == null) {
                entry = entry(key, id, reply.subList(at + 1, at + FIELDS));
            }
            if (tooLarge.contains(id)) {
                found.add(entry);
            }
            entries.add(entry);
            bytes += entry.isEvent() ? ((byte[]) reply.get(at + 2)).length : 0;
        }
        return new Reply(
                entries,
                bytes,
                isSet(reply.get(1)),
                fromLarge || isSet(reply.get(0)),
                end(LuaScript.text(reply.get(2))),
                (Long) reply.get(3),
                found);
    }

    private JournalEntry entry(String key, String id, List<Object> fields) {
        return JournalEntry.of(
                id,
                LuaScript.text(fields.get(0)),
                (byte[]) fields.get(1),
                LuaScript.text(fields.get(2)),
                why -> skipped.skipped(TransportProblems.Where.JOURNAL, key, why));
    }

    /** Those that a read in this direction may come to, in its order. */
    private static Set<EventId> beyond(byte[] direction, String from, NavigableMap<EventId, JournalEntry> large) {
        if (large.isEmpty()) {
            return Set.of();
        }
        if (direction != BEFORE) {
            return large.tailMap(EventId.parse(from), false).keySet();
        }
        NavigableMap<EventId, JournalEntry> newestFirst = large.descendingMap();
        return (from.equals(NEWEST) ? newestFirst : newestFirst.tailMap(EventId.parse(from), false)).keySet();
    }

    private static boolean isSet(Object flag) {
        return ((Long) flag) == 1;
    }

    /** What is left of a job whose journal has expired; {@code null} for nothing, also where it is not ours to read. */
    private static @Nullable JobEvent end(String kept) {
        String[] parts = kept.split(" ", -1);
        if (parts.length != END_PARTS) {
            return null;
        }
        try {
            EventType type = EventType.of(parts[2]);
            return type.isTerminal()
                    ? JobEvent.journaled(EventId.parse(parts[0]), EventId.parse(parts[1]), type, EventData.LOST)
                    : null;
        } catch (InvalidEventException e) {
            return null;
        }
    }

    private record Reply(
            List<JournalEntry> entries,
            int bytes,
            boolean more,
            boolean fromRetained,
            @Nullable JobEvent end,
            long journalLength,
            List<JournalEntry> large) {

        /** Behind which there may be more. */
        String lastId() {
            return entries.get(entries.size() - 1).id().toString();
        }
    }
}
