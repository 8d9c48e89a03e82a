package dev.jobstream.adapters.web.publishing;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.application.PublicationBody;
import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.NewEvent;
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

    private Publication() {}

    /** What a request brings. Reading it fails with an {@link dev.jobstream.domain.InvalidEventException} if any event breaks the rules. */
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
        return type(request, MediaType.APPLICATION_JSON, MediaType.APPLICATION_NDJSON)
                .equalsTypeAndSubtype(MediaType.APPLICATION_NDJSON);
    }

    /**
     * What the body is.
     *
     * @throws Problem 415 if it is none of these, encoded, or not in UTF-8
     */
    static MediaType type(HttpServletRequest request, MediaType... taken) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw unsupported("the body must not be encoded", taken);
        }
        MediaType type = parsed(request.getContentType());
        for (MediaType one : taken) {
            if (type.equalsTypeAndSubtype(one)) {
                if (type.getCharset() != null && !type.getCharset().equals(StandardCharsets.UTF_8)) {
                    throw unsupported("the charset must be UTF-8", taken);
                }
                return one;
            }
        }
        throw unsupported("Content-Type must be one of " + MediaType.toString(List.of(taken)), taken);
    }

    /** One that does not fit where there is none, or it cannot be read. */
    private static MediaType parsed(@Nullable String contentType) {
        try {
            return contentType == null ? MediaType.ALL : MediaType.parseMediaType(contentType);
        } catch (InvalidMediaTypeException e) {
            return MediaType.ALL;
        }
    }

    private static Problem unsupported(String detail, MediaType... taken) {
        return Problem.unsupportedMediaType(detail).with(HttpHeaders.ACCEPT, MediaType.toString(List.of(taken)));
    }

    private static List<NewEvent> lines(byte[] body) {
        List<NewEvent> events = new ArrayList<>();
        LineCutter lines = new LineCutter();
        lines.add(body, body.length, events::add);
        lines.end(events::add);
        return events;
    }
}
