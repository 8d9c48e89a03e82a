package dev.jobstream.adapters.web.publishing;

import dev.jobstream.adapters.web.formats.JsonResponses;
import dev.jobstream.adapters.web.refusals.AnswersProblems;
import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamRequests;
import dev.jobstream.application.JobEventPublishing;
import dev.jobstream.application.StreamRefusedException;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Publishing a job's events over HTTP: all of a request, or none. */
@RestController
@AnswersProblems
public final class PublishController {

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private final JobEventPublishing publishing;
    private final BodyReader bodies;

    /** @param memory what bodies may take; shared with {@link PublicationStreamController} */
    public PublishController(JobEventPublishing publishing, BodyLimits limits, BodyMemory memory) {
        this.publishing = publishing;
        this.bodies = new BodyReader(limits, memory, System::nanoTime);
    }

    @PostMapping(JobPaths.EVENTS)
    void publish(@PathVariable(JobPaths.JOB_ID) String jobId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        JobId job = StreamRequests.job(jobId);
        List<EventId> ids = publish(job, request);

        byte[] body = ids.stream()
                .map(id -> "\"" + id + "\"")
                .collect(Collectors.joining(",", "{\"ids\":[", "]}"))
                .getBytes(StandardCharsets.US_ASCII);
        response.setStatus(HttpServletResponse.SC_CREATED);
        JsonResponses.write(body, response);
    }

    private List<EventId> publish(JobId job, HttpServletRequest request) throws IOException {
        try {
            return publishing.publish(request.getUserPrincipal(), job, key(request), Publication.of(request, bodies));
        } catch (StreamRefusedException e) {
            if (e.refusal() == StreamRefusedException.Refusal.SHUTTING_DOWN) {
                bodies.skip(request, Publication.MAX_BYTES); // So that the answer arrives, and another node is tried.
            }
            throw e;
        } finally {
            bodies.forget(request);
        }
    }

    /** What makes a repeated request one; {@code null} if the publisher does not say. */
    private static @Nullable IdempotencyKey key(HttpServletRequest request) {
        List<String> values = Collections.list(request.getHeaders(IDEMPOTENCY_KEY));
        if (values.isEmpty()) {
            return null;
        }
        try {
            if (values.size() == 1) {
                return new IdempotencyKey(values.get(0));
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the same answer.
        }
        throw Problem.badRequest(IDEMPOTENCY_KEY + " must be 1 to 128 visible ASCII characters, once");
    }
}
