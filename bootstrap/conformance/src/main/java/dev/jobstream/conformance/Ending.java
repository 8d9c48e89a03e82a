package dev.jobstream.conformance;

import java.util.List;
import java.util.Objects;

/** How a job ends for those who watch it. */
final class Ending {

    private static final String CLEANLY =
            "After `job.completed`, `job.failed` or `job.cancelled` the response ends cleanly.";
    private static final String NO_CONTENT = "A client that resumes at such an event, or watches an ended job with"
            + " `from=now`, gets `204 No Content`";

    private Ending() {}

    static Section section() {
        return new Section(
                "The end and 204",
                "Watching a job",
                List.of(
                        Check.of(
                                "ends the response after job.completed",
                                CLEANLY,
                                probe -> ends(probe, "job.completed")),
                        Check.of("ends the response after job.failed", CLEANLY, probe -> ends(probe, "job.failed")),
                        Check.of(
                                "ends the response after job.cancelled",
                                CLEANLY,
                                probe -> ends(probe, "job.cancelled")),
                        Check.of("tells a job that has ended, and ends", CLEANLY, Ending::late),
                        Check.of("does not end after another event", CLEANLY, Ending::goesOn),
                        Check.of("answers 204 to who resumes at the end", NO_CONTENT, probe -> {
                            String job = probe.job();
                            probe.publish(job, Event.job(Event.output("1")));
                            List<Block> all = probe.watch(job, "").toEnd();
                            Expect.that(!all.isEmpty(), "an end", "no event");
                            String id = all.get(all.size() - 1).id();
                            Expect.that(id != null, "an id: at the end", all.get(all.size() - 1));
                            noContent(probe.get(
                                    job, "", "Accept: " + Probe.SSE, "Last-Event-ID: " + Objects.requireNonNull(id)));
                        }),
                        Check.of("answers 204 to who watches an ended job from now on", NO_CONTENT, probe -> {
                            String job = probe.job();
                            probe.publish(job, Event.job(Event.output("1")));
                            noContent(probe.get(job, "from=now", "Accept: " + Probe.SSE));
                        })));
    }

    private static void noContent(Answer answer) {
        Expect.equal("status", 204, answer.status());
        Expect.equal("body", "", answer.text());
    }

    private static void ends(Probe probe, String type) {
        String job = probe.job();
        SseStream stream = probe.watch(job, "");
        List<Event> events = List.of(Event.output("1"), new Event(type, "{\"status\":\"x\"}"));
        probe.publish(job, events);
        List<Block> seen = stream.toEnd();
        Expect.same("data", Resuming.data(events), Resuming.bodies(seen));
        Expect.equal("the last event as", type, seen.get(1).event());
    }

    private static void late(Probe probe) {
        String job = probe.job();
        List<Event> events = Event.job(Event.output("1"), Event.output("2"));
        probe.publish(job, events);
        Expect.same(
                "data",
                Resuming.data(events),
                Resuming.bodies(probe.watch(job, "").toEnd()));
    }

    private static void goesOn(Probe probe) {
        String job = probe.job();
        SseStream stream = probe.watch(job, "");
        List<Event> events = List.of(
                new Event("step.completed", "{}"), new Event("gate.failed", "{}"), new Event("job.progress", "{}"));
        for (Event event : events) {
            probe.publish(job, event);
            Expect.equal(
                    "event",
                    event.type(),
                    stream.event("the event " + event.type()).event());
        }
    }
}
