package com.example.minimal;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Makes a report, and lets whoever watches know how far it is. */
@RestController
class ReportController {

    private final EventPublisher events;

    ReportController(EventPublisher events) {
        this.events = events;
    }

    // tag::publish[]
    @PostMapping("/reports/{id}")
    void make(@PathVariable String id) {
        JobId job = new JobId(id);
        events.publish(job, NewEvent.of("job.started", "{}"));
        for (int percent = 25; percent <= 100; percent += 25) {
            events.publish(job, NewEvent.of("job.progress", "{\"percent\":" + percent + "}"));
        }
        events.publish(job, NewEvent.of("job.completed", "{\"status\":\"completed\"}"));
    }
    // end::publish[]
}
