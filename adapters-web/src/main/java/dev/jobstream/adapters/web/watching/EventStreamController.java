package dev.jobstream.adapters.web.watching;

import dev.jobstream.adapters.web.formats.NdjsonFormat;
import dev.jobstream.adapters.web.formats.SseFormat;
import dev.jobstream.adapters.web.formats.StreamFormat;
import dev.jobstream.adapters.web.formats.TextFormat;
import dev.jobstream.adapters.web.refusals.AnswersProblems;
import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.adapters.web.requests.Accept;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamOpening;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.EventStream;
import dev.jobstream.application.StreamRefusedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Watching a job over HTTP.
 *
 * <p>It takes every method but a publisher's {@code POST}, and every {@code Accept}, and refuses by itself what it does not like: what Spring refuses
 * before it has chosen a handler would be answered in the host's way, and a {@code HEAD} would open a stream.
 */
@RestController
@AnswersProblems
public final class EventStreamController {

    /** A client that takes anything gets the first. */
    private static final List<StreamFormat> FORMATS =
            List.of(SseFormat.INSTANCE, NdjsonFormat.INSTANCE, TextFormat.INSTANCE);

    private final StreamOpening opening;
    private final ResponseWrites writes;
    private final ClientPresence presence;

    public EventStreamController(StreamOpening opening, ResponseWrites writes, ClientPresence presence) {
        this.opening = opening;
        this.writes = writes;
        this.presence = presence;
    }

    @RequestMapping(
            path = JobPaths.STREAM,
            method = {
                RequestMethod.GET,
                RequestMethod.HEAD,
                RequestMethod.PUT,
                RequestMethod.PATCH,
                RequestMethod.DELETE,
                RequestMethod.OPTIONS,
                RequestMethod.TRACE
            })
    @Nullable
    SseEmitter watch(
            @PathVariable(JobPaths.JOB_ID) String jobId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!HttpMethod.GET.matches(request.getMethod())) {
            throw Problem.methodNotAllowed("GET, POST");
        }
        Accept accept = Accept.of(request);
        StreamFormat format = accept.best(FORMATS, StreamFormat::mediaType);
        if (format == null) {
            throw Problem.notAcceptable("this stream comes as " + mediaTypes());
        }
        EventStream stream;
        try {
            stream = opening.open(jobId, format, request);
        } catch (StreamRefusedException e) {
            EndReason end = format.isBlindToRefusals() && accept.names(format.mediaType()) ? e.asEnd() : null;
            if (end == null) {
                throw e;
            }
            refuse(end, format, request, response);
            return null;
        }
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-transform");
        if (stream.isFinished()) {
            stream.close();
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return null;
        }
        StreamEmitter emitter = new StreamEmitter();
        BooleanSupplier hasGone =
                format.heartbeat().length == 0 ? presence.hasGone(request) : () -> false; // Heartbeats tell.
        new StreamStarter(new EmitterConnection(stream, emitter, response, writes, format, hasGone)).attachTo(request);
        describe(format, response);
        keepFromCompressors(format, request, response);
        if (format.opening(null).length == 0) {
            response.flushBuffer(); // The headers leave all the same, and wait for nobody.
        }
        return emitter;
    }

    /**
     * A compressor that is set up for text holds back what comes, whatever {@code no-transform} says, but leaves alone what has
     * an encoding already. Nobody is set up to compress an event stream.
     */
    private static void keepFromCompressors(
            StreamFormat format, HttpServletRequest request, HttpServletResponse response) {
        if (format != SseFormat.INSTANCE && request.getHeader(HttpHeaders.ACCEPT_ENCODING) != null) {
            response.setHeader(HttpHeaders.CONTENT_ENCODING, "identity");
        }
    }

    /**
     * Refuses in the stream's own words: for an {@code EventSource} any status but 200 is final, and what is refused here is to
     * be tried again. Over another connection: behind this one is a node that has no place.
     */
    private static void refuse(
            EndReason end, StreamFormat format, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (request.getProtocol().startsWith("HTTP/1")) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
        byte[] body = format.closing(end);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-transform");
        describe(format, response);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static void describe(StreamFormat format, HttpServletResponse response) {
        response.setHeader(HttpHeaders.CONTENT_TYPE, format.mediaType().toString());
        response.setHeader("X-Accel-Buffering", "no");
        response.setHeader("X-Content-Type-Options", "nosniff");
    }

    private static String mediaTypes() {
        return String.join(
                ", ",
                FORMATS.stream()
                        .map(format -> format.mediaType().getType() + "/"
                                + format.mediaType().getSubtype())
                        .toList());
    }
}
