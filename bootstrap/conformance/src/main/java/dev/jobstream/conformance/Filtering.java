package dev.jobstream.conformance;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/** Clients that want a part of a job: by type, or its newest events. */
final class Filtering {

    private static final String FIRST_BLOCK =
            "With `from=now`, `tail` or `events` the first block also has an `id:`, without an event";

    private Filtering() {}

    static Section section() {
        return new Section(
                "Filters and tails",
                "A part of it",
                List.of(
                        Check.of(
                                "shows the types that were asked for, and no others",
                                "`?events=step.*,gate.failed` shows events of these types alone.",
                                Filtering::types),
                        Check.of(
                                "lets the end pass any filter",
                                "Terminal and control events always pass",
                                Filtering::terminalPasses),
                        Check.waiting(
                                "tells a position in place of a heartbeat where events were dropped",
                                "the position comes in place of a heartbeat, so that a client that resumes is not sent"
                                        + " past them again",
                                Filtering::positionOfDropped),
                        Check.of(
                                "begins with so many of the newest events",
                                "`?tail=100` begins with the newest 100 events",
                                Filtering::tail),
                        Check.of(
                                "counts in a tail what passes the filter",
                                "or with the newest 100 that pass `events`; then the stream is live",
                                Filtering::tailOfTypes),
                        Check.of(
                                "begins with nothing where tail=0",
                                "so many of those that pass the filter, 0 to 10,000",
                                Filtering::noTail),
                        Check.of("tells in the first block where a tail begins", FIRST_BLOCK, probe -> {
                            first(probe, "tail=1");
                        }),
                        Check.of("tells it with a filter, too", FIRST_BLOCK, probe -> {
                            first(probe, "from=now&events=gate.*");
                            first(probe, "events=gate.*");
                        }),
                        Check.of("refuses a malformed filter", "with commas between them; malformed: 400", probe -> {
                            for (String filter : List.of("*", "Step.Output", "step.output,", "a,".repeat(16) + "b")) {
                                Expect.problem(probe.get(probe.job(), "events=" + filter), 400);
                            }
                        }),
                        Check.of("refuses a malformed tail", "0 to 10,000. With an id it is ignored", probe -> {
                            for (String tail : List.of("-1", "10001", "all", "1.5")) {
                                Expect.problem(probe.get(probe.job(), "tail=" + tail), 400);
                            }
                        }),
                        Check.of("refuses a tail beside from", "beside `from`: 400", probe -> {
                            Expect.problem(probe.get(probe.job(), "tail=5&from=beginning"), 400);
                        })));
    }

    private static void types(Probe probe) {
        String job = probe.job();
        Event started = new Event("step.started", "{\"n\":1}");
        Event failed = new Event("gate.failed", "{\"n\":2}");
        Event output = new Event("step.output", "{\"n\":3}");
        List<Event> others =
                List.of(new Event("gate.passed", "{}"), new Event("job.progress", "{}"), new Event("steps.done", "{}"));
        probe.publish(job, others);
        probe.publish(job, started);
        SseStream stream = probe.watch(job, "events=step.*,gate.failed");
        probe.publish(job, others);
        probe.publish(job, failed, output);
        Expect.same("data", Resuming.data(List.of(started, failed, output)), Resuming.bodies(stream.events(3)));
    }

    private static void terminalPasses(Probe probe) {
        String job = probe.job();
        SseStream stream = probe.watch(job, "events=gate.failed");
        probe.publish(job, Event.job(Event.output("1")));
        Expect.same("data", List.of(Event.COMPLETED.data()), Resuming.bodies(stream.toEnd()));
    }

    private static void positionOfDropped(Probe probe) throws TimeoutException {
        String job = probe.job();
        probe.publish(job, Event.output("before"));
        SseStream stream = probe.watch(job, "events=gate.*");
        stream.block("a first block");
        probe.publish(job, Event.output("dropped"));
        String dropped = probe.watch(job, "").events(2).get(1).id();
        Block block = stream.next(probe.options().heartbeat());
        for (int beats = 0; beats < 8 && block != null && !Objects.equals(block.id(), dropped); beats++) {
            Expect.that(!block.isEvent(), "no event that does not pass", block);
            block = stream.next(probe.options().heartbeat());
        }
        if (block == null || !block.isPosition()) {
            throw new Failure("a block of id: alone, that of what was dropped", Expect.show(block));
        }
        Expect.equal("id:", dropped, block.id());
        stream.close();
        Event next = Event.output("next");
        probe.publish(job, next);
        SseStream back = probe.watch(job, "", "Last-Event-ID: " + block.id());
        Expect.equal(
                "data after the position",
                next.data(),
                back.event("the event after it").body());
    }

    private static void tail(Probe probe) {
        String job = probe.job();
        List<Event> events = Event.outputs(0, 40);
        probe.publish(job, events.subList(0, 39));
        SseStream stream = probe.watch(job, "tail=10");
        List<Block> seen = stream.events(10);
        Expect.same("data", Resuming.data(events.subList(29, 39)), Resuming.bodies(seen));
        probe.publish(job, events.get(39));
        Expect.equal(
                "data", events.get(39).data(), stream.event("what comes live").body());
    }

    private static void tailOfTypes(Probe probe) {
        String job = probe.job();
        List<Event> started = List.of(
                new Event("step.started", "{\"n\":1}"),
                new Event("step.started", "{\"n\":2}"),
                new Event("step.started", "{\"n\":3}"));
        probe.publish(job, started);
        probe.publish(job, Event.outputs(0, 20));
        SseStream stream = probe.watch(job, "tail=2&events=step.started");
        Expect.same("data", Resuming.data(started.subList(1, 3)), Resuming.bodies(stream.events(2)));
        probe.publish(job, Event.output("dropped"), started.get(0));
        Expect.equal(
                "data", started.get(0).data(), stream.event("what comes live").body());
    }

    private static void noTail(Probe probe) {
        String job = probe.job();
        probe.publish(job, Event.outputs(0, 5));
        SseStream stream = probe.watch(job, "tail=0");
        stream.block("a first block");
        Event live = Event.output("live");
        probe.publish(job, live);
        Expect.equal("data", live.data(), stream.event("what comes live").body());
    }

    private static void first(Probe probe, String query) {
        String job = probe.job();
        probe.publish(job, Event.outputs(0, 3));
        Block block = probe.watch(job, query).block("a first block");
        Expect.that(block.isPosition(), "an id: in the first block, without an event", block);
    }
}
