package dev.jobstream.adapters.web.websocket;

import dev.jobstream.adapters.web.refusals.AnswersProblems;
import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamOpening;
import dev.jobstream.adapters.web.requests.StreamRequests;
import dev.jobstream.application.EventStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.handler.ExceptionWebSocketHandlerDecorator;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.util.WebUtils;

/**
 * Watching a job over a WebSocket: the last moment at which one can be refused in HTTP's words, with the same refusals as those
 * of a stream. The stream is opened here, so that a client whose upgrade is granted misses nothing from then on. The container
 * must have a {@code jakarta.websocket.server.ServerContainer}.
 */
@RestController
@AnswersProblems
public final class WebSocketController {

    private static final String FORMAT = "websocket";

    private final StreamOpening opening;
    private final WebSocketHandler streams = new ExceptionWebSocketHandlerDecorator(new WebSocketStreams());
    private final HandshakeHandler handshakes = handshakes();

    public WebSocketController(StreamOpening opening) {
        this.opening = opening;
    }

    /** Through the standard WebSocket API, whichever container's classes are there. */
    private static HandshakeHandler handshakes() {
        DefaultHandshakeHandler handshakes = new DefaultHandshakeHandler(new StandardWebSocketUpgradeStrategy());
        handshakes.setSupportedProtocols(PlainRequest.PROTOCOL);
        return handshakes;
    }

    @RequestMapping(
            path = JobPaths.WEBSOCKET,
            method = {
                RequestMethod.GET,
                RequestMethod.HEAD,
                RequestMethod.POST,
                RequestMethod.PUT,
                RequestMethod.PATCH,
                RequestMethod.DELETE,
                RequestMethod.OPTIONS,
                RequestMethod.TRACE
            })
    void watch(@PathVariable(JobPaths.JOB_ID) String jobId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        requireUpgrade(request);
        requireOrigin(request, response);
        EventStream stream = opening.openWebSocket(jobId, request);
        boolean upgraded = false;
        try {
            Map<String, Object> attributes = new HashMap<>();
            WebSocketStreams.attach(stream, attributes);
            ServletServerHttpResponse answer = new ServletServerHttpResponse(response);
            upgraded = handshakes.doHandshake(
                    new ServletServerHttpRequest(new PlainRequest(request)), answer, streams, attributes);
            answer.close();
        } finally {
            if (!upgraded) {
                stream.close();
            }
        }
    }

    private static void requireUpgrade(HttpServletRequest request) {
        if (!HttpMethod.GET.matches(request.getMethod())) {
            throw Problem.methodNotAllowed("GET");
        }
        if (!FORMAT.equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            throw Problem.upgradeRequired("this is a WebSocket; the same events come over HTTP from …/events/stream");
        }
    }

    /** A browser sends its user's credentials along for any page, so that pages of other origins are kept out. */
    private static void requireOrigin(HttpServletRequest request, HttpServletResponse response) {
        if (!isSameOrigin(request) && !isAllowed(request, response)) {
            throw Problem.forbidden("pages of this origin may not connect");
        }
    }

    private static boolean isSameOrigin(HttpServletRequest request) {
        try {
            return WebUtils.isSameOrigin(new ServletServerHttpRequest(request));
        } catch (IllegalArgumentException e) {
            return false; // What there is, is no origin.
        }
    }

    /**
     * Whether whatever looks after CORS in this application, be it a filter or Spring MVC, lets this origin in: it has said so in
     * the answer. A browser does not look at that for a WebSocket, so that we do, with the browser's eyes: it would not show a
     * page what came by its user's cookies unless credentials are allowed.
     */
    private static boolean isAllowed(HttpServletRequest request, HttpServletResponse response) {
        String allowed = response.getHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN);
        return allowed != null
                && (allowed.equals("*") || allowed.equals(request.getHeader(HttpHeaders.ORIGIN)))
                && ("true".equals(response.getHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS))
                        || !isKnownByTheBrowser(request));
    }

    /** Whether the caller is known by something that a browser sends by itself. */
    private static boolean isKnownByTheBrowser(HttpServletRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        boolean byToken = authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7);
        return request.getUserPrincipal() != null
                && !byToken
                && StreamRequests.parameter(StreamRequests.TICKET, request) == null;
    }
}
