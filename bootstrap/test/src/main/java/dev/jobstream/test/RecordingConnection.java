package dev.jobstream.test;

import dev.jobstream.application.ClientConnection;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A client that takes everything at once and writes it down. Safe for use by many threads. What waits does so for at most
 * 30 s.
 */
public final class RecordingConnection implements ClientConnection {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<JobEvent> events = new CopyOnWriteArrayList<>();
    private final List<Gap> gaps = new CopyOnWriteArrayList<>();
    private final AtomicInteger heartbeats = new AtomicInteger();
    private volatile @Nullable EventId position;
    private volatile @Nullable EndReason end;

    /**
     * Events that the client can no longer be given.
     *
     * @param after the event that it has seen last
     * @param resumesAt the event that came next; {@code null} if there was none
     */
    public record Gap(EventId after, @Nullable EventId resumesAt) {}

    @Override
    public boolean send(EventBatch batch) {
        batch.forEach(new EventBatch.Visitor() {
            @Override
            public void event(JobEvent event) {
                events.add(event);
            }

            @Override
            public void gap(EventId after, @Nullable EventId resumesAt) {
                gaps.add(new Gap(after, resumesAt));
            }
        });
        return true;
    }

    @Override
    public boolean heartbeat() {
        heartbeats.incrementAndGet();
        return true;
    }

    @Override
    public boolean position(EventId id) {
        position = id;
        return true;
    }

    @Override
    public void close(EndReason reason) {
        end = reason;
    }

    /** The events that it was given, in their order. */
    public List<JobEvent> events() {
        return List.copyOf(events);
    }

    /** The gaps that it was told of. */
    public List<Gap> gaps() {
        return List.copyOf(gaps);
    }

    public int heartbeats() {
        return heartbeats.get();
    }

    /** Where it was told that it stands; {@code null} if it was not. */
    public @Nullable EventId position() {
        return position;
    }

    /** Why its stream has ended; {@code null} while it has not. */
    public @Nullable EndReason end() {
        return end;
    }

    /** Waits for so many events; all that it was given. */
    public List<JobEvent> awaitEvents(int count) {
        await(() -> events.size() >= count);
        return events();
    }

    /** Waits for the end of the stream. */
    public EndReason awaitEnd() {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(this::end, reason -> reason != null);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }
}
