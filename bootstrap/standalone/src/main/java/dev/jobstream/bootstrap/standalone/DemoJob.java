package dev.jobstream.bootstrap.standalone;

import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** A job that runs again and again, for somebody who tries the standalone server and has no runner yet. */
final class DemoJob implements SmartLifecycle {

    static final JobId ID = new JobId("demo");

    private static final Duration PACE = Duration.ofMillis(400);
    private static final Duration REST = Duration.ofSeconds(3);

    private final InMemoryTransport transport;
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
        next(executor, life().iterator());
    }

    private void next(ScheduledExecutorService executor, Iterator<NewEvent> events) {
        if (executor.isShutdown()) {
            return;
        }
        transport.publish(ID, events.next());
        Runnable following = events.hasNext() ? () -> next(executor, events) : () -> begin(executor);
        Duration pause = events.hasNext() ? PACE : REST;
        ScheduledFuture<?> unused = executor.schedule(following, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static List<NewEvent> life() {
        List<NewEvent> events = new ArrayList<>();
        events.add(NewEvent.of("job.created", "{\"name\":\"Demo job\"}"));
        events.add(NewEvent.of("job.started", "{\"runner\":\"runner-1\"}"));
        step(events, "checkout", "Fetching the sources", "Cloning into 'demo'...", "HEAD is now at 3f1c2d4");
        step(events, "build", "Building", "[1/3] compile", "[2/3] process resources", "[3/3] package");
        events.add(NewEvent.of("ai.tool_called", "{\"tool\":\"review\",\"arguments\":{\"files\":7}}"));
        events.add(NewEvent.of("ai.tokens_used", "{\"input\":2143,\"output\":389}"));
        step(events, "test", "Running tests", "Running 42 tests", "Test suite passed: 42/42 🚀");
        events.add(NewEvent.of("gate.started", "{\"gate\":\"quality\"}"));
        events.add(NewEvent.of("gate.passed", "{\"gate\":\"quality\",\"coverage\":0.93}"));
        events.add(NewEvent.of("job.completed", "{\"status\":\"completed\",\"duration_ms\":8000}"));
        return events;
    }

    private static void step(List<NewEvent> events, String id, String name, String... chunks) {
        events.add(NewEvent.of("step.started", "{\"stepId\":\"%s\",\"name\":\"%s\"}".formatted(id, name)));
        for (String chunk : chunks) {
            events.add(NewEvent.of("step.output", "{\"stepId\":\"%s\",\"chunk\":\"%s\\n\"}".formatted(id, chunk)));
        }
        events.add(NewEvent.of("step.completed", "{\"stepId\":\"%s\",\"status\":\"completed\"}".formatted(id)));
    }
}
