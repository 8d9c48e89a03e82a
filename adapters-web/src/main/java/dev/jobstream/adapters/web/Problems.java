package dev.jobstream.adapters.web;

import dev.jobstream.application.StreamRefusedException;
import dev.jobstream.domain.EventTooLargeException;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.TooManyEventsException;
import dev.jobstream.domain.TransportUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** What refusals become on the way out: the status of each, and its {@code application/problem+json}. */
final class Problems {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Problems() {}

    /** @throws IllegalArgumentException if the exception is not one that refuses a request */
    static Problem of(RuntimeException e) {
        if (e instanceof Problem problem) {
            return problem;
        }
        if (e instanceof StreamRefusedException refused) {
            return refused(refused);
        }
        if (e instanceof EventTooLargeException || e instanceof TooManyEventsException) {
            return Problem.tooLarge(message(e));
        }
        if (e instanceof InvalidEventException) {
            return Problem.badRequest(message(e));
        }
        if (e instanceof JobEndedException) {
            return Problem.conflict(message(e));
        }
        if (e instanceof TransportUnavailableException) {
            return Problem.unavailable("the event journal cannot be reached at the moment");
        }
        throw new IllegalArgumentException("not a refusal", e);
    }

    private static Problem refused(StreamRefusedException e) {
        String message = message(e);
        return switch (e.refusal()) {
            case UNAUTHENTICATED -> Problem.unauthorized(message);
            case FORBIDDEN -> Problem.forbidden(message);
            case UNKNOWN_JOB -> Problem.notFound(message);
            case TOO_MANY_STREAMS, SHUTTING_DOWN -> Problem.unavailable(message);
        };
    }

    private static String message(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? "" : message;
    }

    /**
     * Writes the problem, whatever the client accepts: past the message converters, which would look for a type that it
     * does. Does nothing if the answer has begun.
     */
    static void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "about:blank");
        members.put("title", problem.status().getReasonPhrase());
        members.put("status", problem.status().value());
        members.put("detail", problem.detail());
        members.put("instance", request.getRequestURI());
        byte[] body = JSON.writeValueAsBytes(members);

        response.resetBuffer();
        response.setStatus(problem.status().value());
        problem.headers().forEach(response::setHeader);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
