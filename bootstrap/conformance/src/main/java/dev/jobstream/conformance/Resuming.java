package dev.jobstream.conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Ids, and clients that come back with one. */
final class Resuming {

    private static final String AFTER = "resume strictly after this event";
    private static final String POSITION =
            "A client that is cut off before its first event resumes there and misses nothing.";
    private static final int MANY = 400;
    private static final int CUT_AFTER = 30;

    private Resuming() {}

    static Section section() {
        return new Section(
                "Ids and resume",
                "Watching a job",
                List.of(
                        Check.of(
                                "gives no id twice, and the same ones to everybody",
                                "An id is opaque, and strictly increasing within a job.",
                                Resuming::ids),
                        Check.of("resumes after an id in Last-Event-ID", AFTER, probe -> {
                            resumes(probe, "", true);
                        }),
                        Check.of("resumes after an id in the query", AFTER, probe -> {
                            resumes(probe, "", false);
                        }),
                        Check.of("prefers the header", "the header wins", Resuming::headerWins),
                        Check.of("takes an empty id for none", "empty: none", Resuming::emptyIsNone),
                        Check.of("ignores from with an id", "With an id it is ignored", probe -> {
                            resumes(probe, "from=now", true);
                        }),
                        Check.of("ignores tail with an id", "`tail` and all: with an id it is ignored.", probe -> {
                            resumes(probe, "tail=1", true);
                        }),
                        Check.of("refuses a malformed id", "the header wins; empty: none; malformed: 400", probe -> {
                            Expect.problem(probe.get(probe.job(), "", "Last-Event-ID: not an id"), 400);
                            Expect.problem(probe.get(probe.job(), "lastEventId=%3Cscript%3E"), 400);
                        }),
                        Check.of(
                                "tells what there is to whoever comes with an id from elsewhere",
                                AFTER,
                                Resuming::idFromElsewhere),
                        Check.of(
                                "begins with all that is retained",
                                "`beginning` (default: all that is retained)",
                                Resuming::fromTheBeginning),
                        Check.of(
                                "begins with what comes where from=now",
                                "where to begin without an id",
                                Resuming::fromNow),
                        Check.of("tells where from=now begins", POSITION, Resuming::cutBeforeTheFirstEvent),
                        Check.of(
                                "loses nothing for a client that is cut off again and again",
                                "a client that resumes by id misses nothing",
                                Resuming::cutAgainAndAgain)));
    }

    static List<String> data(List<Event> events) {
        return events.stream().map(Event::data).toList();
    }

    static List<String> bodies(List<Block> blocks) {
        return blocks.stream().map(Block::body).toList();
    }

    private static String id(Block block) {
        String id = block.id();
        if (id == null || id.isEmpty()) {
            throw new Failure("an id: at the event", Expect.show(block));
        }
        return id;
    }

    private static void ids(Probe probe) {
        String job = probe.job();
        SseStream live = probe.watch(job, "");
        List<String> told = probe.publish(job, Event.outputs(0, 100));
        List<String> first = live.events(100).stream().map(Resuming::id).toList();
        List<String> second =
                probe.watch(job, "").events(100).stream().map(Resuming::id).toList();
        Expect.equal("different ids", 100, new HashSet<>(first).size());
        Expect.same("id for who came late", first, second);
        if (!told.isEmpty()) {
            Expect.same("id as the publisher was told", told, first);
        }
    }

    /** A job of five events that goes on, and somebody who has seen two of them. */
    private static void resumes(Probe probe, String query, boolean header) {
        String job = probe.job();
        List<Event> events = Event.outputs(0, 6);
        probe.publish(job, events.subList(0, 5));
        String second = id(probe.watch(job, "").events(2).get(1));
        SseStream back = header
                ? probe.watch(job, query, "Last-Event-ID: " + second)
                : probe.watch(job, "lastEventId=" + second);
        List<Block> seen = new ArrayList<>(back.events(3));
        probe.publish(job, events.get(5));
        seen.addAll(back.events(1));
        Expect.same("data after the second event", data(events.subList(2, 6)), bodies(seen));
    }

    private static void headerWins(Probe probe) {
        String job = probe.job();
        probe.publish(job, Event.outputs(0, 4));
        List<Block> all = probe.watch(job, "").events(4);
        SseStream back = probe.watch(job, "lastEventId=" + id(all.get(0)), "Last-Event-ID: " + id(all.get(2)));
        Expect.equal(
                "data",
                all.get(3).body(),
                back.event("the event after the header's id").body());
    }

    private static void emptyIsNone(Probe probe) {
        String job = probe.job();
        probe.publish(job, Event.outputs(0, 2));
        for (SseStream stream : List.of(probe.watch(job, "lastEventId="), probe.watch(job, "", "Last-Event-ID: "))) {
            Expect.same("data", data(Event.outputs(0, 2)), bodies(stream.events(2)));
        }
    }

    /** Of another job, which is older: whatever the server makes of it, it does not keep the events to itself. */
    private static void idFromElsewhere(Probe probe) {
        String other = probe.job();
        probe.publish(other, Event.output("elsewhere"));
        String id = id(probe.watch(other, "").event("an event of another job"));
        String job = probe.job();
        probe.publish(job, Event.job(Event.output("1"), Event.output("2")));
        List<Block> seen = probe.watch(job, "", "Last-Event-ID: " + id).toEnd().stream()
                .filter(block -> !block.isControl())
                .toList();
        Expect.same("data", data(Event.job(Event.output("1"), Event.output("2"))), bodies(seen));
    }

    private static void fromTheBeginning(Probe probe) {
        String job = probe.job();
        List<Event> events = Event.outputs(0, 50);
        probe.publish(job, events);
        Expect.same("data", data(events), bodies(probe.watch(job, "").events(50)));
        Expect.same(
                "data", data(events), bodies(probe.watch(job, "from=beginning").events(50)));
    }

    private static void fromNow(Probe probe) {
        String job = probe.job();
        probe.publish(job, Event.output("before"));
        SseStream stream = probe.watch(job, "from=now");
        stream.block("a first block");
        Event event = Event.output("after");
        probe.publish(job, event);
        Expect.equal("data", event.data(), stream.event("what comes").body());
    }

    private static void cutBeforeTheFirstEvent(Probe probe) {
        String job = probe.job();
        probe.publish(job, Event.output("before"));
        SseStream stream = probe.watch(job, "from=now");
        Block first = stream.block("a first block");
        Expect.that(first.isPosition(), "an id: in the first block, without an event", first);
        stream.close();
        Event missed = Event.output("missed");
        probe.publish(job, missed);
        SseStream back = probe.watch(job, "from=now", "Last-Event-ID: " + first.id());
        Expect.equal(
                "data",
                missed.data(),
                back.event("the event that was published in between").body());
    }

    /** Reads some events, breaks the connection, and comes back with the last id, while there are more and more of them. */
    private static void cutAgainAndAgain(Probe probe) {
        String job = probe.job();
        int many = probe.many(MANY);
        List<Event> events = Event.outputs(0, many);
        CompletableFuture<@Nullable Void> publishing = CompletableFuture.runAsync(
                () -> {
                    for (int from = 0; from < many; from += 10) {
                        probe.publish(job, events.subList(from, from + 10));
                    }
                },
                probe.server().threads());
        List<Block> seen = new ArrayList<>();
        String last = null;
        while (seen.size() < many) {
            SseStream stream = last == null ? probe.watch(job, "") : probe.watch(job, "", "Last-Event-ID: " + last);
            List<Block> some = stream.events(Math.min(CUT_AFTER, many - seen.size()));
            stream.close();
            seen.addAll(some);
            last = id(some.get(some.size() - 1));
        }
        Joining.finished(publishing);
        Expect.same("data", data(events), bodies(seen));
    }
}
