package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Real threads: a burst of events, and watchers who come, go and come back in its midst. */
class BurstTest {

    private static final int EVENTS = 100_000;
    private static final int WATCHERS = 50;
    private static final JobId JOB = new JobId("job");

    private final InMemoryTransport transport = new InMemoryTransport(
            new JournalLimits(EVENTS + 1, Duration.ofHours(1), 1_000), 64L * 1024 * 1024, InstantSource.system());

    @Test
    void eachOfFiftyWatchersSeesTheChainWhole() {
        StreamSettings settings = StreamSettings.DEFAULT.withFeed(feed -> feed.withLinger(Duration.ZERO));
        try (StreamWorkers workers = StreamWorkers.writing()) {
            JobEventStreams streams = new JobEventStreams(
                    transport, new Everybody(), StreamMetrics.NONE, settings, workers, StreamClock.system());
            List<Watcher> watchers = IntStream.range(0, WATCHERS)
                    .mapToObj(i -> new Watcher(streams, workers, new Random(i)))
                    .toList();
            try (StreamTicker ignored = StreamTicker.start(streams, Duration.ofSeconds(1))) {
                watchers.forEach(Watcher::come);
                publishAll();
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> watchers.stream().allMatch(Watcher::isDone));
            }

            assertThat(watchers).allSatisfy(watcher -> {
                assertThat(watcher.failure.get()).isNull();
                assertThat(watcher.count).isEqualTo(EVENTS + 1);
            });
            await().until(() -> streams.openStreams() == 0 && streams.followedJobs() == 0);
            assertThat(transport.listenedJobs()).isZero();
        }
    }

    private void publishAll() {
        NewEvent event = NewEvent.of("step.output", "{\"chunk\":\"x\"}");
        for (int published = 0; published < EVENTS; ) {
            int size = Math.min(1 + ThreadLocalRandom.current().nextInt(100), EVENTS - published);
            transport.publish(JOB, Collections.nCopies(size, event));
            published += size;
        }
        transport.publish(JOB, NewEvent.of("job.completed", "{}"));
    }

    /** One client over all its connections: each breaks after some thousand events, and the next resumes where it was. */
    private static final class Watcher {

        private final JobEventStreams streams;
        private final StreamWorkers workers;
        private final Random random;
        final AtomicReference<@Nullable String> failure = new AtomicReference<>();
        private EventId last = EventId.NONE;
        volatile int count;
        private volatile boolean done;

        Watcher(JobEventStreams streams, StreamWorkers workers, Random random) {
            this.streams = streams;
            this.workers = workers;
            this.random = random;
        }

        boolean isDone() {
            return done || failure.get() != null;
        }

        void come() {
            StreamStart start = last.equals(EventId.NONE) ? StreamStart.beginning() : StreamStart.after(last);
            EventStream stream = streams.open(new StreamRequest(JOB, start, null));
            if (stream.isFinished()) {
                failure.compareAndSet(null, "finished without the end");
            }
            stream.start(new Connection(stream, count + 1_000 + random.nextInt(40_000)));
        }

        private final class Connection implements ClientConnection {

            private final EventStream stream;
            private final int breaksAt;
            private final boolean closes = random.nextBoolean();

            Connection(EventStream stream, int breaksAt) {
                this.stream = stream;
                this.breaksAt = breaksAt;
            }

            @Override
            public boolean send(EventBatch batch) throws IOException {
                List<JobEvent> events = new ArrayList<>(batch.events());
                for (JobEvent event : events) {
                    if (!last.equals(event.prev())) {
                        failure.compareAndSet(null, event.id() + " behind " + event.prev() + " after " + last);
                    }
                    last = event.journaledId();
                }
                count += events.size();
                if (count >= breaksAt && !batch.isTerminal()) {
                    if (closes) {
                        stream.close();
                    } else {
                        throw new IOException("gone");
                    }
                }
                if (random.nextInt(4) > 0) {
                    return true;
                }
                workers.execute(stream::onWritable);
                return false;
            }

            @Override
            public boolean position(EventId id) {
                return true;
            }

            @Override
            public boolean heartbeat() {
                return true;
            }

            @Override
            public void close(EndReason reason) {
                if (reason == EndReason.CLIENT_GONE) {
                    workers.execute(Watcher.this::come);
                } else if (reason == EndReason.FINISHED) {
                    done = true;
                } else {
                    failure.compareAndSet(null, "ended as " + reason);
                }
            }
        }
    }
}
