package dev.jobstream.adapters.web.publishing;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.application.PublicationBody;
import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TooManyEventsException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Reads the body of a publish request. It is read as bytes and cut, never decoded, so that data stays what it was. */
final class Publication {

    /** The largest body, in bytes. */
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final String TYPES = "application/json, application/x-ndjson";

    private Publication() {}

    /** What a request brings. Reading it fails with an {@link InvalidEventException} if any event breaks the rules. */
    static PublicationBody of(HttpServletRequest request, BodyReader bodies) {
        return new PublicationBody() {
            @Override
            public long announced() {
                return Math.min(request.getContentLengthLong(), MAX_BYTES); // No more is read.
            }

            @Override
            public List<NewEvent> read(LongConsumer bytes) {
                return Publication.read(request, bodies, bytes);
            }
        };
    }

    private static List<NewEvent> read(HttpServletRequest request, BodyReader bodies, LongConsumer bytes) {
        boolean lines = isNdjson(request);
        byte[] body = bodies.read(request, MAX_BYTES, new EventCount(lines), bytes);
        return lines ? lines(body) : EventEnvelope.parsePublication(body, 0, body.length);
    }

    private static boolean isNdjson(HttpServletRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw unsupported("the body must not be encoded");
        }
        MediaType type = type(request.getContentType());
        if (type.getCharset() != null && !type.getCharset().equals(StandardCharsets.UTF_8)) {
            throw unsupported("the charset must be UTF-8");
        }
        if (type.equalsTypeAndSubtype(MediaType.APPLICATION_NDJSON)) {
            return true;
        }
        if (type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)) {
            return false;
        }
        throw unsupported("Content-Type must be one of " + TYPES);
    }

    private static MediaType type(@Nullable String contentType) {
        try {
            // Where there is none it is what does not fit.
            return contentType == null ? MediaType.ALL : MediaType.parseMediaType(contentType);
        } catch (InvalidMediaTypeException e) {
            throw unsupported("Content-Type must be one of " + TYPES);
        }
    }

    private static Problem unsupported(String detail) {
        return Problem.unsupportedMediaType(detail).with(HttpHeaders.ACCEPT, TYPES);
    }

    private static List<NewEvent> lines(byte[] body) {
        List<NewEvent> events = new ArrayList<>();
        int number = 1;
        for (int from = 0; from < body.length; number++) {
            int to = from;
            boolean blank = true;
            while (to < body.length && body[to] != '\n') {
                byte b = body[to++];
                blank &= b == ' ' || b == '\t' || b == '\r';
            }
            if (!blank) {
                if (events.size() == EventEnvelope.MAX_PUBLICATION) {
                    throw new TooManyEventsException();
                }
                events.add(line(body, from, to, number));
            }
            from = to + 1;
        }
        return events;
    }

    private static NewEvent line(byte[] body, int from, int to, int number) {
        try {
            List<NewEvent> events = EventEnvelope.parsePublication(body, from, to);
            if (events.size() == 1) {
                return events.get(0);
            }
        } catch (TooManyEventsException e) {
            throw e;
        } catch (InvalidEventException e) {
            throw Problem.badRequest("line " + number + ": " + e.getMessage());
        }
        throw Problem.badRequest("line " + number + ": expected one event");
    }
}
