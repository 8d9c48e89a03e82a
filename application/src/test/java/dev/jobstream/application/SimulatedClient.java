package dev.jobstream.application;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.io.IOException;
import java.util.HashSet;
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
    private final Set<JobEvent> seen;
    private final int cameAt;

    /** What the client has seen last, or asked to resume after; {@code null} if that is open yet. */
    @Nullable
    EventId after;

    private @Nullable EventId announced;
    private boolean hasEvents;
    private boolean terminal;
    private boolean inCall;
    private boolean called;
    private @Nullable AssertionError failure;

    @Nullable
    EndReason closed;

    boolean leaves;
    boolean breaks;

    /** @param seen what the same client has got over earlier connections */
    SimulatedClient(
            String name,
            Baton baton,
            SimulatedSource source,
            boolean fromBeginning,
            @Nullable EventId after,
            Set<JobEvent> seen) {
        this.name = name;
        this.baton = baton;
        this.source = source;
        this.fromBeginning = fromBeginning;
        this.after = after;
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

    boolean sawTerminal() {
        return terminal;
    }

    @Override
    public void send(EventBatch batch) throws IOException {
        enter();
        baton.pause();
        batch.forEach(new EventBatch.Visitor() {
            @Override
            public void event(JobEvent event) {
                take(event);
            }

            @Override
            public void gap(EventId last, EventId resumesAt) {
                expect(announced == null, "a gap after a gap");
                expect(after == null || last.equals(after), "gap after " + last + ", but has seen " + after);
                after = last;
                announced = resumesAt;
            }
        });
        expect(announced == null, "a gap with nothing behind it");
        baton.pause();
        inCall = false;
        if (breaks) {
            throw new IOException("client has gone");
        }
    }

    private void take(JobEvent event) {
        SimulatedSource.trace("    %s takes %s behind %s", this, event.id(), event.prev());
        expect(!terminal, "an event after the end: " + event);
        expect(seen.add(event), "twice: " + event);
        terminal = event.isTerminal();
        EventId id = event.id();
        if (id == null) {
            expect(source.liveOnly.contains(event), "never published: " + event);
            expect(announced == null, "a gap before a live-only event");
            return;
        }
        expect(event.equals(source.published.get(id)), "never published: " + event);
        EventId prev = event.prev();
        if (after == null) {
            expect(announced == null, "a gap before the first event");
            if (fromBeginning) {
                expect(!source.retains(prev) || source.everSetBack, "the beginning is " + prev + ", not " + id);
            }
        } else if (announced != null) {
            expect(announced.equals(id), "gap said " + announced + ", but goes on with " + id);
            expect(!prev.equals(after), "a gap where nothing is missing, before " + id);
            expect(
                    !isAncestor(after, event) || !source.retains(prev),
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
    public void beat() {
        enter();
        baton.pause();
        inCall = false;
    }

    @Override
    public void close(EndReason reason) {
        enter();
        closed = reason;
        SimulatedSource.trace("    %s closed %s", this, reason);
        expect(
                terminal == (reason == EndReason.FINISHED) || leaves || breaks || isBehindEnd() || source.everSetBack,
                "ended as " + reason);
        inCall = false;
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
