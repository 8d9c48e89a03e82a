package dev.jobstream.conformance;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a stream tells of itself. An end that the server chooses cannot be brought about from outside; a gap can. */
final class Control {

    private static final String MISSING = "the events between these two are gone";
    /** What may be there beyond the limit: a journal is trimmed in pieces, and the newest events are in memory. */
    private static final int BEYOND = 1_500;

    private static final String NOTHING_LOST = "nothing was lost: --retained tells how many events the server keeps";

    private Control() {}

    static Section section() {
        return new Section(
                "Gaps",
                "Control events",
                List.of(
                        Check.of("tells what is missing to who resumes after it", MISSING, Control::inAStream),
                        Check.of(
                                "tells it on a page, too",
                                "Where events are missing after `after`, or between two events, a `stream.gap` stands in"
                                        + " their place.",
                                Control::onAPage),
                        Check.of(
                                "tells of no gap where nothing is missing",
                                "They have no id and are no part of the job.",
                                Control::none)));
    }

    private record Lost(String job, String after) {}

    /** A job whose first event is known, and so many events after it that the next ones are not kept. */
    private static Lost lost(Probe probe) {
        String job = probe.job();
        probe.publish(job, Event.output("first"));
        String id = probe.watch(job, "").event("the first event").id();
        if (id == null) {
            throw new Failure("an id: at the first event", "none");
        }
        int many = probe.options().retained() + probe.many(BEYOND);
        for (int from = 0; from < many; from += 1_000) {
            probe.publish(job, Event.outputs(from, Math.min(many, from + 1_000)));
        }
        return new Lost(job, id);
    }

    private static void inAStream(Probe probe) {
        Lost lost = lost(probe);
        SseStream stream = probe.watch(lost.job(), "", "Last-Event-ID: " + lost.after());
        Block gap = stream.event("what comes after the lost id");
        if (gap.body().equals(Event.outputs(0, 1).get(0).data())) {
            throw new Skipped(NOTHING_LOST);
        }
        Expect.equal("event", "stream.gap", gap.event());
        Expect.that(gap.id() == null, "no id: at a control event", gap);
        Block next = stream.event("the event after the gap");
        told(Json.parse(gap.body()), lost.after(), next.id());
    }

    private static void told(Json data, String after, @Nullable String resumesAt) {
        Expect.equal("after", after, data.stringOf("after"));
        Expect.equal("resumesAt", resumesAt, data.stringOf("resumesAt"));
    }

    private static void onAPage(Probe probe) {
        Pages.page(probe, probe.job(), "");
        Lost lost = lost(probe);
        List<Json> page = Pages.page(probe, lost.job(), "?limit=2&after=" + lost.after())
                .json()
                .elements();
        Expect.that(!page.isEmpty(), "envelopes", "none");
        Json gap = page.get(0);
        if (Event.outputs(0, 1).get(0).data().equals(text(gap))) {
            throw new Skipped(NOTHING_LOST);
        }
        Expect.equal("event", "stream.gap", gap.stringOf("event"));
        Expect.equal("envelopes, of which the gap is not counted,", 3, page.size());
        told(
                Objects.requireNonNull(gap.member("data")),
                lost.after(),
                page.get(1).stringOf("id"));
    }

    private static String text(Json envelope) {
        Json data = envelope.member("data");
        return data == null ? "" : data.text();
    }

    private static void none(Probe probe) {
        String job = probe.job();
        probe.publish(job, Event.outputs(0, 20));
        String id = probe.watch(job, "").events(3).get(2).id();
        probe.publish(job, Event.COMPLETED);
        for (SseStream stream : List.of(
                probe.watch(job, ""),
                probe.watch(job, "tail=5"),
                id == null ? probe.watch(job, "") : probe.watch(job, "", "Last-Event-ID: " + id))) {
            List<Block> seen = stream.toEnd();
            Expect.that(seen.stream().noneMatch(Block::isControl), "no control event", seen);
        }
    }
}
