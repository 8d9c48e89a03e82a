package dev.jobstream.adapters.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/** A request that is refused before the first byte of an answer, as RFC 9457 describes it to the client. */
final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST_WAIT_SECONDS = 10;

    private final HttpStatus status;
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    private Problem(HttpStatus status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    static Problem badRequest(String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, detail);
    }

    static Problem unauthorized(String detail) {
        return new Problem(HttpStatus.UNAUTHORIZED, detail).with(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }

    static Problem forbidden(String detail) {
        return new Problem(HttpStatus.FORBIDDEN, detail);
    }

    static Problem notFound(String detail) {
        return new Problem(HttpStatus.NOT_FOUND, detail);
    }

    /** @param allowed the methods that there are, with commas between them */
    static Problem methodNotAllowed(String allowed) {
        return new Problem(HttpStatus.METHOD_NOT_ALLOWED, "only " + allowed + " may be used here")
                .with(HttpHeaders.ALLOW, allowed);
    }

    static Problem notAcceptable(String detail) {
        return new Problem(HttpStatus.NOT_ACCEPTABLE, detail);
    }

    static Problem conflict(String detail) {
        return new Problem(HttpStatus.CONFLICT, detail);
    }

    static Problem tooLarge(String detail) {
        return new Problem(HttpStatus.CONTENT_TOO_LARGE, detail);
    }

    static Problem unsupportedMediaType(String detail) {
        return new Problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, detail);
    }

    static Problem upgradeRequired(String detail) {
        return new Problem(HttpStatus.UPGRADE_REQUIRED, detail)
                .with(HttpHeaders.UPGRADE, "websocket")
                .with(HttpHeaders.CONNECTION, "Upgrade");
    }

    /** Says when to come back, to each client another time, so that they do not all come at once. */
    static Problem unavailable(String detail) {
        int seconds = ThreadLocalRandom.current().nextInt(1, LONGEST_WAIT_SECONDS + 1);
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, detail)
                .with(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
    }

    Problem with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    HttpStatus status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    String detail() {
        String detail = getMessage();
        return detail == null ? "" : detail;
    }
}
