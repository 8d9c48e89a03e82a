package com.example.monolith;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;

/** Runs jobs on threads of the application, and tells what they do. */
@Service
class Jobs {

    private final Map<JobId, String> owners = new ConcurrentHashMap<>();
    private final EventPublisher events;
    private final Executor executor;
    private final JsonMapper json;

    Jobs(EventPublisher events, @Qualifier("monolithExecutor") Executor executor, JsonMapper json) {
        this.events = events;
        this.executor = executor;
        this.json = json;
    }

    boolean isOwnedBy(String user, JobId job) {
        return user.equals(owners.get(job));
    }

    /** A job that has not begun. */
    void create(JobId job, String owner) {
        owners.put(job, owner);
    }

    void start(JobId job, String... lines) {
        executor.execute(() -> run(job, lines));
    }

    // tag::publish[]
    private void run(JobId job, String... lines) {
        events.publish(job, NewEvent.of("job.started", "{}"));
        for (String line : lines) {
            // Never glue JSON together from what somebody else has written.
            String data = json.writeValueAsString(Map.of("stepId", "build", "chunk", line));
            events.publish(job, NewEvent.of("step.output", data));
        }
        events.publish(job, NewEvent.of("job.completed", "{\"status\":\"completed\"}"));
    }
    // end::publish[]
}
