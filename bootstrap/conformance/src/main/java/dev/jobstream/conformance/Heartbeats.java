package dev.jobstream.conformance;

import java.util.List;
import java.util.concurrent.TimeoutException;

/** What comes where nothing happens. */
final class Heartbeats {

    private static final String RULE = "A connection that was idle for `jobstream.heartbeat` gets a comment line, and"
            + " another one a second later";

    private Heartbeats() {}

    static Section section() {
        return new Section(
                "Heartbeats",
                "Watching a job",
                List.of(
                        Check.waiting("sends comments, and again, to who is idle", RULE, probe -> {
                            beats(probe, probe.job());
                        }),
                        Check.waiting("goes on with events after heartbeats", RULE, Heartbeats::eventAfterwards),
                        Check.waiting(
                                "does not change a client's position by a heartbeat",
                                "A block of `id:` alone moves a client's position without an event.",
                                Heartbeats::positionStays)));
    }

    /** An idle stream of this job, of which two heartbeats have come. */
    private static SseStream beats(Probe probe, String job) throws TimeoutException {
        SseStream stream = probe.watch(job, "");
        Block block = stream.block("a first block");
        while (block.isEvent()) {
            block = stream.block("nothing but events that there were");
        }
        beat(probe, stream);
        beat(probe, stream);
        return stream;
    }

    static void beat(Probe probe, SseStream stream) {
        try {
            Block block = stream.next(probe.options().heartbeat());
            if (block == null) {
                throw new Failure("a heartbeat", "the end of the stream");
            }
            Expect.that(!block.isEvent(), "no event, where none was published", block);
            Expect.that(!block.comments().isEmpty(), "a comment line", block);
        } catch (TimeoutException e) {
            throw new Failure(
                    "a heartbeat",
                    "nothing within " + probe.options().heartbeat().toSeconds() + " s");
        }
    }

    private static void eventAfterwards(Probe probe) throws TimeoutException {
        String job = probe.job();
        SseStream stream = beats(probe, job);
        Event event = Event.output("after heartbeats");
        probe.publish(job, event);
        Expect.equal("data", event.data(), stream.event("the event").body());
    }

    private static void positionStays(Probe probe) throws TimeoutException {
        String job = probe.job();
        SseStream stream = probe.watch(job, "");
        stream.block("a first block");
        probe.publish(job, Event.output("1"));
        String id = stream.event("the event").id();
        beat(probe, stream);
        beat(probe, stream);
        Expect.equal("last id", id, stream.lastId());
    }
}
