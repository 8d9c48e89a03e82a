package dev.jobstream.adapters.web.refusals;

import java.util.concurrent.ThreadLocalRandom;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A request that is refused before the first byte of an answer, as RFC 9457 describes it to the client. */
public final class Problem extends ErrorResponseException {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST_WAIT_SECONDS = 10;

    private Problem(HttpStatus status, String detail) {
        super(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }

    /** It tells a client what is wrong: where it was thrown is nobody's concern. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    public static Problem badRequest(String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, detail);
    }

    static Problem unauthorized(String detail) {
        return new Problem(HttpStatus.UNAUTHORIZED, detail).with(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }

    public static Problem forbidden(String detail) {
        return new Problem(HttpStatus.FORBIDDEN, detail);
    }

    static Problem notFound(String detail) {
        return new Problem(HttpStatus.NOT_FOUND, detail);
    }

    /** @param allowed the methods that there are, with commas between them */
    public static Problem methodNotAllowed(String allowed) {
        return new Problem(HttpStatus.METHOD_NOT_ALLOWED, "only " + allowed + " may be used here")
                .with(HttpHeaders.ALLOW, allowed);
    }

    public static Problem notAcceptable(String detail) {
        return new Problem(HttpStatus.NOT_ACCEPTABLE, detail);
    }

    /** The rest of the request does not matter any more, so the connection ends. */
    public static Problem timeout(String detail) {
        return new Problem(HttpStatus.REQUEST_TIMEOUT, detail).with(HttpHeaders.CONNECTION, "close");
    }

    static Problem conflict(String detail) {
        return new Problem(HttpStatus.CONFLICT, detail);
    }

    static Problem unprocessable(String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_CONTENT, detail);
    }

    public static Problem tooLarge(String detail) {
        return new Problem(HttpStatus.CONTENT_TOO_LARGE, detail);
    }

    public static Problem unsupportedMediaType(String detail) {
        return new Problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, detail);
    }

    public static Problem internal(String detail) {
        return new Problem(HttpStatus.INTERNAL_SERVER_ERROR, detail);
    }

    public static Problem upgradeRequired(String detail) {
        return new Problem(HttpStatus.UPGRADE_REQUIRED, detail)
                .with(HttpHeaders.UPGRADE, "websocket")
                .with(HttpHeaders.CONNECTION, "Upgrade");
    }

    /** Says when to come back, to each client another time, so that they do not all come at once. */
    public static Problem unavailable(String detail) {
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, detail).retryLater();
    }

    /** Says when to come back, as {@link #unavailable} does. */
    public static Problem tooManyRequests(String detail) {
        return new Problem(HttpStatus.TOO_MANY_REQUESTS, detail).retryLater();
    }

    private Problem retryLater() {
        int seconds = ThreadLocalRandom.current().nextInt(1, LONGEST_WAIT_SECONDS + 1);
        return with(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
    }

    /** Sets a header of the answer. */
    public Problem with(String header, String value) {
        getHeaders().set(header, value);
        return this;
    }
}
