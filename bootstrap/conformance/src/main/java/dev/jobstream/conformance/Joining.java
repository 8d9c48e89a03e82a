package dev.jobstream.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Clients that come while a job is busy: where what is retained ends and what is live begins, nothing is lost or doubled. */
final class Joining {

    private static final int EVENTS = 400;
    private static final int IN_A_REQUEST = 10;
    private static final int WATCHERS = 20;
    private static final int TAIL = 25;

    private Joining() {}

    static Section section() {
        return new Section(
                "Joining under load",
                "Watching a job",
                List.of(
                        Check.of(
                                "tells who joins in the midst everything, once and in order",
                                "`beginning` (default: all that is retained)",
                                probe -> join(probe, "")),
                        Check.of(
                                "tells who joins with from=now everything from there on, once and in order",
                                "the position after which the stream goes on",
                                probe -> join(probe, "from=now")),
                        Check.of(
                                "tells who joins with a tail everything from there on, once and in order",
                                "neither a hole nor a duplicate where the tail ends",
                                probe -> join(probe, "tail=" + TAIL))));
    }

    private static void join(Probe probe, String query) {
        String job = probe.job();
        List<Event> events = Event.job(Event.outputs(0, probe.many(EVENTS)).toArray(Event[]::new));
        // So that there is a job to join, and a server without publishing is noticed here.
        probe.publish(job, events.subList(0, IN_A_REQUEST));
        List<SseStream> streams = new ArrayList<>();
        CompletableFuture<@Nullable Void> publishing = CompletableFuture.runAsync(
                () -> {
                    for (int from = IN_A_REQUEST; from < events.size(); from += IN_A_REQUEST) {
                        probe.publish(job, events.subList(from, Math.min(events.size(), from + IN_A_REQUEST)));
                    }
                },
                probe.server().threads());
        while (streams.size() < WATCHERS && !publishing.isDone()) {
            SseStream stream = probe.watch(job, query);
            stream.block("a first block");
            streams.add(stream);
        }
        List<String> data = Resuming.data(events);
        for (SseStream stream : streams) {
            List<Block> seen = stream.toEnd();
            Expect.that(!seen.isEmpty(), "events up to the end", "none");
            int from = query.isEmpty() ? 0 : data.indexOf(seen.get(0).body());
            Expect.that(from >= 0, "an event of the job", seen.get(0));
            Expect.same("data", data.subList(from, data.size()), Resuming.bodies(seen));
        }
        finished(publishing);
    }

    /** What has failed there fails here. */
    static void finished(CompletableFuture<@Nullable Void> publishing) {
        try {
            publishing.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
