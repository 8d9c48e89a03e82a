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
    /** The first elements of a reply are two flags and the job's end; four more are an entry. */
    private static final int FLAGS = 3;

    private static final int FIELDS = 4;
    private static final int END_PARTS = 3;

    private final LuaScript read;
    private final JobKey keys;
    private final JournalLimits limits;
    private final SkippedMessages skipped;

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
            reply = read(job, ON, reply.lastId, BEHIND_GARBAGE);
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
            reply = read(job, BEFORE, reply.lastId, BEHIND_GARBAGE);
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
        String key = keys.of(job);
        List<Object> reply;
        try {
            reply = read.run(
                    LuaScript.bytes(key),
                    direction,
                    LuaScript.bytes(from),
                    LuaScript.bytes(limit),
                    LuaScript.bytes(PAGE_BYTES),
                    LuaScript.bytes(limits.maxEventBytes()));
        } catch (ScriptRefusedException e) {
            // Somebody else's key under our name: there is nothing of the job, and an operator learns why.
            skipped.skipped(TransportProblems.Where.JOURNAL, key, e.reason());
            return new Reply(List.of(), 0, from, false, false, null);
        }
        List<JournalEntry> entries = new ArrayList<>((reply.size() - FLAGS) / FIELDS);
        int bytes = 0;
        String lastId = from;
        for (int at = FLAGS; at < reply.size(); at += FIELDS) {
            lastId = LuaScript.text(reply.get(at));
            byte[] data = (byte[]) reply.get(at + 2);
            JournalEntry entry = JournalEntry.of(
                    lastId,
                    LuaScript.text(reply.get(at + 1)),
                    data,
                    LuaScript.text(reply.get(at + 3)),
                    why -> skipped.skipped(TransportProblems.Where.JOURNAL, key, why));
            entries.add(entry);
            bytes += entry.isEvent() ? data.length : 0;
        }
        JobEvent end = end(LuaScript.text(reply.get(2)));
        return new Reply(entries, bytes, lastId, isSet(reply.get(1)), isSet(reply.get(0)), end);
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
            String lastId,
            boolean more,
            boolean fromRetained,
            @Nullable JobEvent end) {}
}
