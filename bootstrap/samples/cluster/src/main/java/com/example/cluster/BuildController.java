package com.example.cluster;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.util.Map;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Starts builds, which run on the application's own executor. */
@RestController
class BuildController {

    private final EventPublisher events;
    private final AsyncTaskExecutor executor;

    BuildController(EventPublisher events, AsyncTaskExecutor executor) {
        this.events = events;
        this.executor = executor;
    }

    @PostMapping("/builds/{id}")
    Map<String, String> start(@PathVariable String id) {
        JobId job = new JobId(id);
        executor.execute(() -> build(job));
        return Map.of("thread", Thread.currentThread().toString());
    }

    private void build(JobId job) {
        events.publish(job, NewEvent.of("job.started", "{}"));
        for (String step : new String[] {"compile", "test"}) {
            events.publish(job, NewEvent.of("step.started", "{\"stepId\":\"" + step + "\"}"));
            events.publish(job, NewEvent.of("step.completed", "{\"stepId\":\"" + step + "\"}"));
        }
        events.publish(job, NewEvent.of("job.completed", "{\"status\":\"completed\"}"));
    }
}
