package dev.jobstream.test.domain;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.JobEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A listener that remembers what it hears, and that it heard one call at a time. */
public final class RecordingListener implements EventListener {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<JobEvent> heard = new CopyOnWriteArrayList<>();
    private final List<JobEvent> unconfirmed = new CopyOnWriteArrayList<>();
    private final AtomicInteger unreadable = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean overlapped;

    @Override
    public void onConnected() {
        enter();
        connections.incrementAndGet();
        leave();
    }

    @Override
    public void onEvent(JobEvent event) {
        enter();
        heard.add(event);
        leave();
    }

    @Override
    public void onUnconfirmed(JobEvent event) {
        enter();
        unconfirmed.add(event);
        leave();
    }

    @Override
    public void onUnreadable() {
        enter();
        unreadable.incrementAndGet();
        leave();
    }

    /** What may be of another journal. */
    public List<JobEvent> unconfirmed() {
        return List.copyOf(unconfirmed);
    }

    public List<JobEvent> awaitUnconfirmed(int count) {
        await(() -> unconfirmed.size() >= count);
        return unconfirmed();
    }

    public int unreadable() {
        return unreadable.get();
    }

    private void enter() {
        calls.incrementAndGet();
        overlapped |= inside.incrementAndGet() != 1;
    }

    private void leave() {
        inside.decrementAndGet();
    }

    public List<JobEvent> heard() {
        return List.copyOf(heard);
    }

    /** The ids of the journaled events heard, as they came. */
    public List<EventId> ids() {
        return heard.stream()
                .filter(event -> !event.isLiveOnly())
                .map(JobEvent::id)
                .toList();
    }

    public int connections() {
        return connections.get();
    }

    /** How many calls have begun. */
    public int calls() {
        return calls.get();
    }

    /** Whether two calls ran at the same time. */
    public boolean overlapped() {
        return overlapped;
    }

    public RecordingListener awaitConnected() {
        return awaitConnected(1);
    }

    public RecordingListener awaitConnected(int times) {
        await(() -> connections.get() >= times);
        return this;
    }

    public List<JobEvent> awaitHeard(int count) {
        await(() -> heard.size() >= count);
        return heard();
    }

    /** What was heard once the last of it is like this. */
    public List<JobEvent> awaitHeardUntil(Predicate<JobEvent> last) {
        await(() -> heard.stream().anyMatch(last));
        return heard();
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }
}
