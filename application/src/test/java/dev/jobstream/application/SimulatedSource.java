package dev.jobstream.application;

import dev.jobstream.application.feed.Feeds;
import dev.jobstream.application.feed.JobFeed;
import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.TransportUnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transport in which everything goes wrong that may: the wire breaks and loses what it carried, repeats itself, and carries
 * what others have published; the journal cannot be read, is trimmed, expires, is wiped, loses its tail, and holds what is no
 * event. It remembers all that was ever published.
 */
final class SimulatedSource implements EventSource {

    private static final boolean TRACE = Boolean.getBoolean("jobstream.trace");

    private final Baton baton;
    private final Random random;

    /** All that was ever published with an id, and when: the truth. */
    final Map<EventId, JobEvent> published = new HashMap<>();

    final Map<EventId, Integer> order = new HashMap<>();
    final Set<JobEvent> liveOnly = new LinkedHashSet<>();
    /** What is retained, entries that are no events included. */
    final List<JobEvent> journal = new ArrayList<>();

    private final Set<EventId> retained = new HashSet<>();
    private final Set<EventId> noEvents = new HashSet<>();
    private final Set<EventId> ofOthers = new HashSet<>();

    /** Whether publishers do not say which journal their events are in. */
    boolean unconfirmed;

    /** The terminal event, as long as it is known that there was one; not its data. */
    private @Nullable JobEvent end;

    int disowned;
    EventId last = EventId.NONE;
    private EventId highest = EventId.NONE;
    private int count;

    final List<Wire> wires = new ArrayList<>();
    boolean connected = true;
    boolean down;
    boolean flaky;
    boolean setBack;
    boolean everSetBack;
    int reads;

    SimulatedSource(Baton baton, Random random) {
        this.baton = baton;
        this.random = random;
    }

    /** One subscription; {@code null} in its queue stands for a connect. */
    final class Wire implements Subscription {
        final EventListener listener;
        final Deque<Runnable> messages = new ArrayDeque<>();

        /** Whether the subscription is lost and nobody knows. */
        boolean deaf;

        /** Whether a message is being heard: one at a time. */
        boolean delivers;

        Wire(EventListener listener) {
            this.listener = listener;
        }

        @Override
        public void close() {
            wires.remove(this);
        }

        @Override
        public void reportForeign(JobEvent event) {
            trace("disown %s", event.id());
            disowned++;
            if (retains(event.id())) {
                throw new AssertionError("disowned though it is retained: " + event.id());
            }
        }

        @Override
        public void resubscribe() {
            trace("renew");
            if (connected && wires.contains(this)) {
                deaf = false;
                messages.add(listener::onConnected);
            }
        }
    }

    /** What happened, for a seed that has failed: set {@code -Djobstream.trace=true}. */
    static void trace(String format, Object... what) {
        if (TRACE) {
            System.err.printf(format + "%n", what);
        }
    }

    // ---- what a publisher does ----

    void publish(String type) {
        JobEvent event = journal(type, data());
        trace("publish %s behind %s %s", event.id(), event.prev(), type);
        if (unconfirmed) {
            send(event, () -> "unconfirmed " + event.id(), listener -> listener.onUnconfirmed(event));
        } else {
            send(event, () -> "" + event.id(), listener -> listener.onEvent(event));
        }
    }

    /** An entry that cannot be delivered; only if it is an end, that it is one. */
    void publishUnreadable(String type) {
        JobEvent entry = journal(type, EventData.LOST);
        if (!entry.isTerminal()) {
            noEvents.add(entry.journaledId());
        }
        trace("publish what is no event %s behind %s %s", entry.id(), entry.prev(), type);
        send(entry, () -> "unreadable " + entry.id(), EventListener::onUnreadable);
    }

    private JobEvent journal(String type, EventData data) {
        EventId id = next();
        JobEvent event = JobEvent.journaled(id, last, new EventType(type), data);
        published.put(id, event);
        order.put(id, count++);
        journal.add(event);
        retained.add(id);
        last = id;
        if (event.isTerminal()) {
            end = JobEvent.journaled(id, event.prev(), event.type(), EventData.LOST);
        }
        return event;
    }

    /** An event of another journal, of which it cannot be told on the wire that it is. */
    void publishElsewhere(EventId prev, String type) {
        EventId id = new EventId(Math.max(highest.time(), prev.time()) + random.nextInt(3), 1_000 + count++);
        if (!id.isAfter(prev)) {
            return;
        }
        ofOthers.add(id);
        JobEvent event = JobEvent.journaled(id, prev, new EventType(type), data());
        trace("publish elsewhere %s behind %s %s", id, prev, type);
        send(event, () -> "elsewhere " + id, listener -> listener.onUnconfirmed(event));
    }

    void publishLiveOnly() {
        JobEvent event = JobEvent.liveOnly(new EventType("job.progress"), data());
        count++;
        liveOnly.add(event);
        send(event, () -> "live-only", listener -> listener.onEvent(event));
    }

    private EventId next() {
        EventId id;
        if (setBack || random.nextInt(3) > 0) {
            id = new EventId(last.time(), last.sequence() + 1);
        } else {
            id = new EventId(Math.max(highest.time(), last.time()) + 1 + random.nextInt(3), 0);
        }
        while (published.containsKey(id)) {
            id = new EventId(id.time(), id.sequence() + 1);
        }
        if (!setBack && !id.isAfter(highest)) {
            id = new EventId(highest.time() + 1, 0);
        }
        highest = id.isAfter(highest) ? id : highest;
        return id;
    }

    private EventData data() {
        return EventData.parse("{\"n\":%d,\"pad\":\"%s\"}".formatted(count, "x".repeat(random.nextInt(20))));
    }

    int now() {
        return count;
    }

    /** Whether an event is retained that can be delivered. */
    boolean retains(@Nullable EventId id) {
        return holds(id) && !noEvents.contains(id);
    }

    /** Whether an entry is retained, be it an event or not. */
    boolean holds(@Nullable EventId id) {
        return id != null && retained.contains(id);
    }

    /** The newest event that can be delivered; {@code null} if none is retained. */
    @Nullable
    JobEvent newest() {
        for (int i = journal.size() - 1; i >= 0; i--) {
            if (!noEvents.contains(journal.get(i).id())) {
                return journal.get(i);
            }
        }
        return null;
    }

    /**
     * Whether whoever has seen this entry last has seen all that can be delivered.
     *
     * @param filter what it is shown; {@code null} for all
     */
    boolean isAllThereIs(@Nullable EventId seen, @Nullable EventFilter filter) {
        for (int i = journal.size() - 1; i >= 0; i--) {
            EventId id = journal.get(i).id();
            if (id.equals(seen) || isShown(journal.get(i), filter)) {
                return id.equals(seen);
            }
        }
        return filter != null;
    }

    private boolean isShown(JobEvent entry, @Nullable EventFilter filter) {
        return !noEvents.contains(entry.id()) && (filter == null || filter.passes(entry.type()));
    }

    /** The newest of what can be delivered and is shown. */
    List<JobEvent> newest(int most, @Nullable EventFilter filter) {
        List<JobEvent> shown =
                journal.stream().filter(entry -> isShown(entry, filter)).toList();
        return shown.subList(Math.max(0, shown.size() - most), shown.size());
    }

    boolean hasEnded() {
        return end != null;
    }

    // ---- the wire ----

    private void send(JobEvent event, Supplier<String> what, Consumer<EventListener> message) {
        if (connected) {
            for (Wire wire : wires) {
                if (wire.deaf) {
                    continue;
                }
                wire.messages.add(() -> {
                    trace("  hear %s", what.get());
                    message.accept(wire.listener);
                });
            }
        }
    }

    boolean isQuiet() {
        return wires.stream().allMatch(wire -> wire.messages.isEmpty() && !wire.delivers);
    }

    boolean deliver() {
        List<Wire> busy = new ArrayList<>();
        for (Wire wire : wires) {
            if (!wire.messages.isEmpty() && !wire.delivers) {
                busy.add(wire);
            }
        }
        if (busy.isEmpty()) {
            return false;
        }
        Wire wire = busy.get(random.nextInt(busy.size()));
        Runnable message = wire.messages.remove();
        wire.delivers = true;
        baton.execute(() -> {
            message.run();
            wire.delivers = false;
        });
        return true;
    }

    void disconnect() {
        trace("disconnect");
        connected = false;
        for (Wire wire : wires) {
            for (int lost = random.nextInt(wire.messages.size() + 1); lost > 0; lost--) {
                wire.messages.removeLast();
            }
        }
    }

    /** The subscriptions are lost, and perhaps what they carried, and nobody is told. */
    void goDeaf() {
        trace("go deaf");
        for (Wire wire : wires) {
            wire.deaf = true;
            if (random.nextBoolean()) {
                wire.messages.clear();
            }
        }
    }

    boolean isDeaf() {
        return wires.stream().anyMatch(wire -> wire.deaf);
    }

    void connect() {
        if (connected) {
            return;
        }
        trace("connect");
        connected = true;
        for (Wire wire : wires) {
            wire.deaf = false;
            wire.messages.add(wire.listener::onConnected);
            int from = journal.size() - random.nextInt(Math.min(journal.size(), 5) + 1);
            for (JobEvent event : List.copyOf(journal.subList(from, journal.size()))) {
                if (!noEvents.contains(event.id()) && !event.data().isLost()) {
                    wire.messages.add(() -> wire.listener.onEvent(event));
                }
            }
        }
    }

    @Override
    public Subscription listen(JobId job, EventListener listener) {
        letPauseInsideReads(listener);
        Wire wire = new Wire(listener);
        wires.add(wire);
        if (connected) {
            wire.messages.add(listener::onConnected);
        }
        return wire;
    }

    /** The journal is read under a lock, at which the scheduler must see who waits. */
    private void letPauseInsideReads(EventListener feed) {
        Feeds.readUnder((JobFeed) feed, baton.new BatonLock());
    }

    // ---- what becomes of the journal ----

    /** The newest event is always kept. */
    void trim() {
        for (int n = random.nextInt(Math.max(journal.size(), 1)); n > 0; n--) {
            retained.remove(journal.remove(0).id());
        }
        trace("trim to %s", journal.size());
    }

    /** Its time is over: all is gone but that the job has ended, if it has. */
    void expire() {
        trace("expire");
        journal.clear();
        retained.clear();
        last = EventId.NONE;
    }

    /** All is lost, and the wire with it. */
    void wipe() {
        trace("wipe");
        disconnect();
        wires.forEach(wire -> wire.messages.clear());
        journal.clear();
        retained.clear();
        last = EventId.NONE;
        end = null;
    }

    /** The newest events are lost, but not all of them, and the wire with them. */
    void failOver() {
        disconnect();
        wires.forEach(wire -> wire.messages.clear());
        for (int n = random.nextInt(Math.max(Math.min(journal.size(), 6), 1)); n > 0; n--) {
            JobEvent lost = journal.remove(journal.size() - 1);
            retained.remove(lost.id());
            last = lost.prev();
            end = lost.isTerminal() ? null : end;
        }
        trace("fail over to %s", last);
    }

    // ---- reading ----

    @Override
    public JournalPage readAfter(JobId job, EventId after, int limit) {
        beforeRead();
        List<JobEvent> later =
                journal.stream().filter(event -> event.id().isAfter(after)).toList();
        int size = Math.min(later.size(), 1 + random.nextInt(limit));
        while (size < later.size() && events(later.subList(0, size)).isEmpty()) {
            size++;
        }
        boolean meaningless = after.equals(EventId.NONE) && random.nextBoolean();
        JournalPage page = onlyEnd(after);
        if (page == null) {
            page = page(later.subList(0, size), size < later.size(), meaningless || retained.contains(after));
        }
        trace("  read after %s: %s", after, ids(page));
        baton.pause();
        return page;
    }

    @Override
    public JournalPage readLast(JobId job, int limit) {
        beforeRead();
        int size = Math.min(journal.size(), 1 + random.nextInt(limit));
        while (size < journal.size()
                && events(journal.subList(journal.size() - size, journal.size()))
                        .isEmpty()) {
            size++;
        }
        JournalPage page = onlyEnd(EventId.NONE);
        if (page == null) {
            page = page(journal.subList(journal.size() - size, journal.size()), false, random.nextBoolean());
        }
        trace("  read last: %s", ids(page));
        baton.pause();
        return page;
    }

    @Override
    public JournalPage readBefore(JobId job, EventId before, int limit) {
        beforeRead();
        List<JobEvent> earlier =
                journal.stream().filter(event -> before.isAfter(event.id())).toList();
        int size = Math.min(earlier.size(), 1 + random.nextInt(limit));
        while (size < earlier.size()
                && events(earlier.subList(earlier.size() - size, earlier.size()))
                        .isEmpty()) {
            size++;
        }
        JobEvent kept = journal.isEmpty() ? end : null;
        JournalPage page = kept == null
                ? new JournalPage(
                        events(earlier.subList(earlier.size() - size, earlier.size())), size < earlier.size(), false)
                : JournalPage.ofEndBefore(kept, before);
        trace("  read before %s: %s", before, ids(page));
        baton.pause();
        return page;
    }

    /** What is read of a job whose journal has expired. */
    private @Nullable JournalPage onlyEnd(EventId after) {
        JobEvent kept = journal.isEmpty() ? end : null;
        return kept == null ? null : JournalPage.ofEnd(kept, after);
    }

    private List<JobEvent> events(List<JobEvent> entries) {
        return entries.stream().filter(entry -> !noEvents.contains(entry.id())).toList();
    }

    private JournalPage page(List<JobEvent> entries, boolean more, boolean afterRetained) {
        EventId newest =
                entries.isEmpty() ? null : entries.get(entries.size() - 1).id();
        return new JournalPage(
                events(entries), more, afterRetained, !more && noEvents.contains(newest) ? newest : null, false);
    }

    private static Object ids(JournalPage page) {
        return page.events().stream()
                        .map(event -> event.id() + "<" + event.prev())
                        .toList()
                + (page.passed() == null ? "" : " passed " + page.passed())
                + (page.afterRetained() ? " retained" : "");
    }

    private void beforeRead() {
        reads++;
        baton.pause();
        if (down || (flaky && random.nextInt(6) == 0)) {
            throw new TransportUnavailableException("simulated", null);
        }
    }
}
