package dev.jobstream.application;

import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.io.IOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that holds all it is sent against what was really published, and fails the run at the first thing that is
 * wrong. It knows the truth from the source, not from the code under test.
 */
final class SimulatedClient implements ClientConnection {

    private final String name;
    private final Baton baton;
    private final SimulatedSource source;
    private final boolean fromBeginning;
    private final @Nullable EventFilter filter;
    private final int tail;
    private boolean toldOfDropped;
    private final Set<JobEvent> seen;
    private final Random random;
    private final int cameAt;

    /** What the client has seen last, or asked to resume after; {@code null} if that is open yet. */
    @Nullable
    EventId after;

    private @Nullable EventId announced;
    private boolean hasEvents;
    private boolean terminal;
    private final EventStream stream;
    private boolean inCall;
    private boolean pending;
    private boolean stalls;
    private boolean broke;
    private int blockings;
    private boolean called;
    private @Nullable AssertionError failure;

    @Nullable
    EndReason closed;

    boolean leaves;
    boolean breaks;

    /**
     * What it wants.
     *
     * @param after what it has seen last; {@code null} for nothing
     * @param filter what it is shown; {@code null} for all
     * @param tail how many of the newest; 0 where it begins elsewhere
     */
    record Wish(
            boolean fromBeginning,
            @Nullable EventId after,
            @Nullable EventFilter filter,
            int tail) {}

    /** @param seen what the same client has got over earlier connections */
    SimulatedClient(
            String name,
            Baton baton,
            SimulatedSource source,
            Wish wish,
            Set<JobEvent> seen,
            EventStream stream,
            Random random) {
        this.name = name;
        this.stream = stream;
        this.random = random;
        this.baton = baton;
        this.source = source;
        this.fromBeginning = wish.fromBeginning;
        this.after = wish.after;
        this.filter = wish.filter;
        this.tail = wish.tail;
        this.seen = new HashSet<>(seen);
        this.cameAt = source.now();
    }

    Set<JobEvent> seen() {
        return seen;
    }

    boolean isOpen() {
        return closed == null;
    }

    /** Whether something is being written to it just now. */
    boolean isInCall() {
        return inCall;
    }

    /** Whether anything was ever written to it. */
    boolean wasCalled() {
        return called;
    }

    /** Whether it wants what comes from now on, and when that began was up to the feed. */
    boolean beganLater() {
        return after == null && !fromBeginning;
    }

    @Nullable
    EventFilter filter() {
        return filter;
    }

    /** Whether it was told that it stands behind events that it was not shown. */
    boolean wasToldOfDropped() {
        return toldOfDropped;
    }

    /** Of a journal that has kept all it has got the newest; and more, if the feed has not heard of all when it came. */
    void expectTail() {
        if (tail > 0) {
            expect(
                    seen.containsAll(source.newest(tail, filter)),
                    "the newest " + tail + " are not among what it has got");
        }
    }

    boolean sawTerminal() {
        return terminal;
    }

    @Override
    public boolean send(EventBatch batch) throws IOException {
        enter();
        baton.pause();
        batch.forEach(new EventBatch.Visitor() {
            @Override
            public void event(JobEvent event) {
                take(event);
            }

            @Override
            public void gap(EventId last, @Nullable EventId resumesAt) {
                if (filter != null) {
                    expect(
                            position() == null || reaches(last, position()),
                            "gap after " + last + ", but is at " + after);
                    JobEvent next = resumesAt == null ? null : source.published.get(resumesAt);
                    expect(
                            next == null || next.isTerminal() || !next.prev().equals(last),
                            "a gap where nothing is missing, before " + resumesAt);
                    after = last;
                    announced = resumesAt;
                    return;
                }
                expect(announced == null, "a gap after a gap");
                expect(after == null || last.equals(after), "gap after " + last + ", but has seen " + after);
                after = last;
                announced = resumesAt;
                expect(resumesAt != null || !source.holds(last), "given up though " + last + " is retained");
            }
        });
        expect(announced == null || filter != null, "a gap with nothing behind it");
        baton.pause();
        if (breaks) {
            inCall = false;
            broke = true;
            throw new IOException("client has gone");
        }
        return leave();
    }

    /** Leaves a call, sometimes with something pending: which may have been written before the call is left, or never is. */
    private boolean leave() {
        boolean slow = random.nextInt(3) == 0;
        if (slow) {
            pending = true;
            blockings++;
            if (random.nextInt(8) > 0) {
                baton.execute(this::written);
            } else {
                stalls = true;
            }
            baton.pause();
        }
        inCall = false;
        return !slow;
    }

    /** All that was pending has been written, unless the connection was closed before. */
    private void written() {
        if (closed == null) {
            pending = false;
            baton.pause();
            stream.onWritable();
        }
    }

    /** Whether it was given something that it has not taken, and never does unless it is told to. */
    boolean isStalled() {
        return stalls && closed == null;
    }

    /** It reads on. */
    void readOn() {
        if (stalls) {
            stalls = false;
            written();
        }
    }

    int blockings() {
        return blockings;
    }

    private void take(JobEvent event) {
        SimulatedSource.trace("    %s takes %s behind %s", this, event.id(), event.prev());
        expect(!terminal, "an event after the end: " + event);
        expect(seen.add(event), "twice: " + event);
        terminal = event.isTerminal();
        EventId id = event.id();
        if (id == null) {
            expect(source.liveOnly.contains(event), "never published: " + event);
            expect(announced == null || filter != null, "a gap before a live-only event");
            return;
        }
        JobEvent truth = source.published.get(id);
        boolean lost = event.data().isLost();
        expect(truth != null && (lost ? event.isTerminal() : event.equals(truth)), "never published: " + event);
        expect(filter == null || filter.passes(event.type()), "not to be shown: " + event);
        EventId prev = event.prev();
        if (filter != null) {
            EventId from = position();
            expect(
                    from == null ? !fromBeginning || isFirst(prev) : from.equals(id) || reaches(prev, from),
                    "hole without a gap: from " + from + " to " + id + " behind " + prev);
        } else if (after == null) {
            expect(announced == null, "a gap before the first event");
            if (fromBeginning) {
                expect(!source.retains(prev) || source.everSetBack, "the beginning is " + prev + ", not " + id);
            }
        } else if (announced != null) {
            expect(announced.equals(id), "gap said " + announced + ", but goes on with " + id);
            expect(lost || !prev.equals(after), "a gap where nothing is missing, before " + id);
            expect(
                    lost || !isAncestor(after, event) || !source.retains(prev),
                    "gap from " + after + " to " + id + ", but " + prev + " is retained");
        } else {
            expect(prev.equals(after), "hole without a gap: from " + after + " to " + id + " behind " + prev);
        }
        Integer before = after == null ? null : source.order.get(after);
        // Where the clock was set back, ids tell nothing of what came first; a last event is always worth a late word.
        boolean mayTurnBack = announced != null && (source.everSetBack || terminal);
        expect(before == null || before < source.order.get(id) || mayTurnBack, "out of order: " + after + ", " + id);
        announced = null;
        after = id;
        hasEvents = true;
    }

    /** Where it stands: at what it knows last, be it shown or not. */
    @Nullable
    EventId position() {
        return announced == null ? after : announced;
    }

    /** Whether there is nothing between two places that it should have been shown. */
    private boolean reaches(EventId to, EventId from) {
        EventId at = to;
        while (!at.equals(from)) {
            JobEvent event = source.published.get(at);
            if (event == null || filter == null || filter.passes(event.type())) {
                return false;
            }
            at = event.prev();
        }
        return true;
    }

    /** Whether there is nothing up to a place that it should have been shown and that is retained. */
    private boolean isFirst(EventId last) {
        EventId at = last;
        while (source.retains(at) && !source.everSetBack) {
            JobEvent event = source.published.get(at);
            if (filter == null || filter.passes(event.type())) {
                return false;
            }
            at = event.prev();
        }
        return true;
    }

    /** Whether the event with this id stands somewhere before the event in its chain. */
    private boolean isAncestor(EventId ancestor, JobEvent event) {
        JobEvent at = event;
        while (at != null) {
            if (ancestor.equals(at.prev())) {
                return true;
            }
            at = source.published.get(at.prev());
        }
        return false;
    }

    @Override
    public boolean position(EventId id) {
        enter();
        if (fromBeginning && after == null && id.equals(EventId.NONE)) {
            expect(filter != null, "told where it stands though it has said so");
            baton.pause();
            return leave();
        }
        if (filter == null) {
            expect(!fromBeginning && (after == null || after.equals(id)), "told where it stands though it has said so");
        } else {
            EventId from = position();
            expect(
                    from == null ? !fromBeginning || isFirst(id) : reaches(id, from),
                    "told that it is at " + id + ", but is at " + from);
            toldOfDropped |= from != null && !id.equals(from);
            announced = null;
        }
        after = id;
        baton.pause();
        return leave();
    }

    @Override
    public boolean heartbeat() {
        enter();
        baton.pause();
        return leave();
    }

    @Override
    public void close(EndReason reason) {
        expect(!inCall, "closed in the midst of a call");
        expect(closed == null, "closed twice");
        closed = reason;
        SimulatedSource.trace("    %s closed %s", this, reason);
        expect(
                terminal == (reason == EndReason.FINISHED)
                        || leaves
                        || broke
                        || pending
                        || isBehindEnd()
                        || source.everSetBack,
                "ended as " + reason);
        expect(!pending || reason != EndReason.FINISHED, "finished with its last event pending");
    }

    /** Whether there was nothing to come for it from the start: the job had ended before it came. */
    private boolean isBehindEnd() {
        if (hasEvents || (after == null && fromBeginning)) {
            return false;
        }
        return source.published.values().stream()
                .filter(JobEvent::isTerminal)
                .anyMatch(event -> after == null || !event.journaledId().isAfter(after));
    }

    private void enter() {
        expect(!inCall, "two calls at a time");
        expect(!pending, "given more while something is pending");
        expect(closed == null, "a call after the close");
        inCall = true;
        called = true;
    }

    void expect(boolean holds, String otherwise) {
        if (!holds && failure == null) {
            failure = new AssertionError(this + ": " + otherwise);
        }
        if (failure != null) {
            throw failure; // The first one, whatever came of it.
        }
    }

    @Override
    public String toString() {
        return name + " (came at " + cameAt + ", is at " + after + ")";
    }
}
