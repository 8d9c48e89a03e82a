package dev.jobstream.adapters.web;

import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Publishing a job's events over HTTP: all of a request, or none. */
@RestController
public final class PublishController {

    private final EventPublisher publisher;
    private final StreamAccess access;

    public PublishController(EventPublisher publisher, StreamAccess access) {
        this.publisher = publisher;
        this.access = access;
    }

    @PostMapping("/runner-jobs/{jobId}/events")
    void publish(@PathVariable("jobId") String jobId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        JobId job = StreamRequests.job(jobId);
        Problems.requireAllowed(access.toPublish(request.getUserPrincipal(), job), "publish events of", job);
        List<EventId> ids = publisher.publish(job, Publication.read(request));

        byte[] body = ids.stream()
                .map(id -> "\"" + id + "\"")
                .collect(Collectors.joining(",", "{\"ids\":[", "]}"))
                .getBytes(StandardCharsets.US_ASCII);
        response.setStatus(HttpServletResponse.SC_CREATED);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
