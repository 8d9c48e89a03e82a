package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Watchers that come, go and come back in the midst of a burst each see the whole chain. */
class BurstTest {

    private static final int EVENTS = 100_000;
    private static final int BATCH = 100;
    private static final int WATCHERS = 8;

    @Test
    void everyWatcherSeesTheChainWhole() throws Exception {
        long seed = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(WATCHERS + 1);
        try (RunningServer server =
                RunningServer.startOn(ValkeyServer.shared(), "jobstream.journal.max-events=" + 2 * EVENTS)) {
            String job = "burst-" + UUID.randomUUID();
            List<Future<List<Event>>> watchers = new ArrayList<>();
            for (int i = 0; i < WATCHERS; i++) {
                Random random = new Random(seed + i);
                watchers.add(threads.submit(() -> watch(server, job, random)));
            }
            Future<List<String>> published = threads.submit(() -> publish(server.publisher(), new JobId(job)));

            List<String> ids = published.get(120, TimeUnit.SECONDS);
            for (Future<List<Event>> watcher : watchers) {
                List<Event> seen = watcher.get(120, TimeUnit.SECONDS);
                assertThat(seen).as("seed %d", seed).extracting(Event::id).containsExactlyElementsOf(ids);
                for (int n = 0; n < EVENTS; n++) {
                    assertThat(seen.get(n).data()).isEqualTo("{\"n\":" + n + "}");
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<String> publish(EventPublisher publisher, JobId job) {
        List<String> ids = new ArrayList<>(EVENTS + 1);
        for (int n = 0; n < EVENTS; n += BATCH) {
            List<NewEvent> batch = new ArrayList<>(BATCH);
            for (int i = n; i < n + BATCH; i++) {
                batch.add(NewEvent.of("step.output", "{\"n\":" + i + "}"));
            }
            publisher.publish(job, batch).stream().map(EventId::toString).forEach(ids::add);
        }
        ids.add(publisher.publish(job, NewEvent.of("job.completed", "{}")).toString());
        return ids;
    }

    /** Watches until the end of the job, but leaves after a random number of events and resumes, sometimes at once. */
    private static List<Event> watch(RunningServer server, String job, Random random) throws IOException {
        List<Event> seen = new ArrayList<>(EVENTS + 1);
        while (true) {
            String[] resume = seen.isEmpty()
                    ? new String[0]
                    : new String[] {
                        "Last-Event-ID: " + seen.get(seen.size() - 1).id()
                    };
            int patience = random.nextInt(4) == 0 ? EVENTS : 1 + random.nextInt(EVENTS / 20);
            try (SseClient client = server.watch(job, resume)) {
                assertThat(client.status()).isEqualTo(200);
                for (int i = 0; i < patience; i++) {
                    Event event = client.next();
                    assertThat(event).isNotNull();
                    seen.add(event);
                    if (event.type().equals("job.completed")) {
                        assertThat(client.next()).isNull();
                        return seen;
                    }
                }
                client.cut();
            }
        }
    }
}
