package dev.jobstream.conformance;

import java.util.List;
import java.util.Locale;

/** The answer, and the block that it begins with. */
final class Opening {

    private Opening() {}

    static Section section() {
        return new Section(
                "Headers and first block",
                "Watching a job",
                List.of(
                        Check.of(
                                "answers 200 as an event stream in UTF-8",
                                "The answer is `200` with `Content-Type: text/event-stream;charset=UTF-8`",
                                Opening::contentType),
                        Check.of(
                                "lets nobody store or change a stream",
                                "`Cache-Control: no-store, no-transform`",
                                Opening::cacheControl),
                        Check.of("lets no proxy hold a stream back", "`X-Accel-Buffering: no`", Opening::buffering),
                        Check.of(
                                "begins at once with retry: and a comment, before there is any event",
                                "It leaves at once with a first block (`retry:` and a comment), whether or not the job"
                                        + " has events.",
                                probe -> firstBlock(probe, probe.job())),
                        Check.of(
                                "begins so in a job that has events, too",
                                "It leaves at once with a first block (`retry:` and a comment), whether or not the job"
                                        + " has events.",
                                probe -> {
                                    String job = probe.job();
                                    probe.publish(job, Event.output("1"));
                                    firstBlock(probe, job);
                                }),
                        Check.of(
                                "lets a job be watched before its first event",
                                "A job without events is watched like any other.",
                                Opening::beforeTheFirstEvent),
                        Check.of(
                                "is an event stream for whoever takes anything",
                                "`text/event-stream` (also for `*/*`)",
                                Opening::anyFormat)));
    }

    private static void contentType(Probe probe) {
        Answer answer = probe.get(probe.job(), "", "Accept: " + Probe.SSE);
        Expect.equal("status", 200, answer.status());
        String type = answer.header("Content-Type");
        String normal = type == null ? "" : type.toLowerCase(Locale.ROOT).replaceAll("[\\s\"]", "");
        Expect.that(
                normal.equals("text/event-stream;charset=utf-8"),
                "Content-Type: text/event-stream;charset=UTF-8",
                type);
    }

    private static void cacheControl(Probe probe) {
        Answer answer = probe.watch(probe.job(), "").answer();
        List<String> directives = answer.headers().allValues("Cache-Control").stream()
                .flatMap(value -> List.of(value.toLowerCase(Locale.ROOT).split("[,\\s]+")).stream())
                .toList();
        Expect.that(
                directives.contains("no-store") && directives.contains("no-transform"),
                "Cache-Control: no-store, no-transform",
                String.join(", ", directives));
    }

    private static void buffering(Probe probe) {
        Answer answer = probe.watch(probe.job(), "").answer();
        String header = answer.header("X-Accel-Buffering");
        if (header == null && Server.isBehindNginx(answer)) {
            throw new Skipped("nginx keeps this header to itself");
        }
        Expect.equal("X-Accel-Buffering", "no", header);
    }

    private static void firstBlock(Probe probe, String job) {
        Block block = probe.watch(job, "").block("a first block, at once");
        Expect.that(block.retry() != null, "retry: in the first block", block);
        Expect.that(!block.comments().isEmpty(), "a comment in the first block", block);
        Expect.that(!block.isEvent(), "no event in the first block", block);
    }

    private static void beforeTheFirstEvent(Probe probe) {
        String job = probe.job();
        SseStream stream = probe.watch(job, "");
        Event event = Event.output("the first");
        probe.publish(job, event);
        Expect.equal(
                "data",
                event.data(),
                stream.event("the event, as it is published").body());
    }

    private static void anyFormat(Probe probe) {
        for (String accept : List.of("*/*", "text/html, */*;q=0.1", "text/event-stream;q=0.5, image/png")) {
            Answer answer = probe.get(probe.job(), "", "Accept: " + accept);
            Expect.equal("for Accept: " + accept + " the status", 200, answer.status());
            String type = answer.header("Content-Type");
            Expect.that(
                    type != null && Expect.mediaType(type).equals(Probe.SSE),
                    Probe.SSE + " for Accept: " + accept,
                    type);
        }
    }
}
