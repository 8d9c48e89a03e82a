package dev.jobstream.bootstrap.standalone;

import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * A job that runs again and again, for somebody who tries the standalone server and has no runner yet. Each run has an id of
 * its own, of which the last ones are kept, and {@link #ID} is always the newest one.
 */
final class DemoJob implements SmartLifecycle {

    static final JobId ID = new JobId("demo");

    /** So many runs can still be looked at, the one that is going on included. */
    private static final int KEPT = 5;

    private static final Duration REST = Duration.ofSeconds(5);

    private final InMemoryTransport transport;
    /** The newest one first. Only the demo's own thread uses it. */
    private final Deque<JobId> runs = new ArrayDeque<>();

    private int number;
    private volatile @Nullable ScheduledExecutorService thread;

    DemoJob(InMemoryTransport transport) {
        this.transport = transport;
    }

    @Override
    public void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread demo = new Thread(task, "jobstream-demo");
            demo.setDaemon(true);
            return demo;
        });
        thread = started;
        started.execute(() -> begin(started));
    }

    @Override
    public void stop() {
        ScheduledExecutorService ending = thread;
        thread = null;
        if (ending != null) {
            ending.shutdownNow();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void begin(ScheduledExecutorService executor) {
        transport.forget(ID);
        List<String> previous = runs.stream().map(JobId::value).toList();
        runs.addFirst(new JobId(ID + "-" + ++number));
        while (runs.size() > KEPT) {
            transport.forget(runs.removeLast());
        }
        next(executor, DemoScript.of(previous).iterator());
    }

    private void next(ScheduledExecutorService executor, Iterator<DemoScript.Line> lines) {
        if (executor.isShutdown()) {
            return;
        }
        DemoScript.Line line = lines.next();
        List<NewEvent> event = List.of(line.event());
        transport.publish(ID, event);
        transport.publish(runs.getFirst(), event);
        Runnable following = lines.hasNext() ? () -> next(executor, lines) : () -> begin(executor);
        Duration pause = lines.hasNext() ? line.pause() : REST;
        ScheduledFuture<?> unused = executor.schedule(following, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
}
