package dev.jobstream.adapters.web.refusals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;

/** Problem documents for what is refused before it reaches a controller. */
public final class ProblemResponses {

    private ProblemResponses() {}

    /**
     * Answers 400.
     *
     * @param detail what is wrong, for the client
     */
    public static void badRequest(String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Problems.write(Problem.badRequest(detail), request, response);
    }

    /**
     * Answers 401.
     *
     * @param challenge the value of {@code WWW-Authenticate}, as RFC 6750, section 3, has it
     * @param detail what is wrong, for the client
     */
    public static void unauthorized(
            String challenge, String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Problems.write(Problem.unauthorized(detail).with(HttpHeaders.WWW_AUTHENTICATE, challenge), request, response);
    }

    /**
     * Answers 403.
     *
     * @param detail what is missing, for the client
     */
    public static void forbidden(String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Problems.write(Problem.forbidden(detail), request, response);
    }

    /**
     * Answers 503 with {@code Retry-After}.
     *
     * @param detail what cannot be done at the moment, for the client
     */
    public static void unavailable(String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Problems.write(Problem.unavailable(detail), request, response);
    }
}
