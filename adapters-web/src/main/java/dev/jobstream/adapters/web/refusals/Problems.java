package dev.jobstream.adapters.web.refusals;

import dev.jobstream.application.StreamRefusedException;
import dev.jobstream.domain.EventTooLargeException;
import dev.jobstream.domain.IdempotencyConflictException;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.TooManyEventsException;
import dev.jobstream.domain.TransportUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** What refusals become on the way out: the status of each, and its {@code application/problem+json}. */
public final class Problems {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY) // RFC 9457 has an order of its own
            .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
            .build();

    /** The type of a problem that is no more than its status. */
    private static final URI BLANK = URI.create("about:blank");

    private Problems() {}

    /** @throws IllegalArgumentException if the exception is not one that refuses a request */
    public static Problem of(RuntimeException e) {
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
        if (e instanceof IdempotencyConflictException) {
            return Problem.unprocessable(message(e));
        }
        if (e instanceof JobEndedException) {
            return Problem.conflict(message(e));
        }
        if (e instanceof TransportUnavailableException unavailable) {
            return Problem.unavailable(unavailable.detail());
        }
        throw new IllegalArgumentException("not a refusal", e);
    }

    private static Problem refused(StreamRefusedException e) {
        String message = message(e);
        return switch (e.refusal()) {
            case UNAUTHENTICATED -> Problem.unauthorized(message);
            case FORBIDDEN -> Problem.forbidden(message);
            case UNKNOWN_JOB -> Problem.notFound(message);
            case STREAMS_OF_SUBJECT, STREAMS_OF_JOB, OPENS_OF_SUBJECT, PUBLISHES_OF_SUBJECT, PUBLISH_BYTES_OF_SUBJECT ->
                Problem.tooManyRequests(message);
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
    public static void write(Problem problem, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        ProblemDetail body = problem.getBody();
        body.setType(BLANK);
        body.setInstance(instance(request.getRequestURI()));
        byte[] json = JSON.writeValueAsBytes(body);

        response.resetBuffer();
        response.setStatus(body.getStatus());
        problem.getHeaders().forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }

    /** The path as it came; none if it is no URI, which not every container minds. */
    private static @Nullable URI instance(String path) {
        try {
            return new URI(path);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
