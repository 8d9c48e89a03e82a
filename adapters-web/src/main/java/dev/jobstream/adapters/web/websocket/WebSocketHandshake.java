package dev.jobstream.adapters.web.websocket;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.adapters.web.refusals.Problems;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamRequests;
import dev.jobstream.application.EventStream;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.JobEventTickets;
import dev.jobstream.application.StreamRefusedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.WebUtils;
import org.springframework.web.util.pattern.PathPattern;

/**
 * The last moment at which a WebSocket can be refused in HTTP's words: the same refusals as those of a stream. The stream
 * is opened here, so that a client whose upgrade is granted misses nothing from then on.
 */
final class WebSocketHandshake implements HandshakeInterceptor {

    private static final String STREAM = EventStream.class.getName();

    private final JobEventStreams streams;
    private final JobEventTickets tickets;
    private final CorsConfigurationSource origins;

    /** @param origins whose pages may connect to a path, besides those of this host */
    WebSocketHandshake(JobEventStreams streams, JobEventTickets tickets, CorsConfigurationSource origins) {
        this.streams = streams;
        this.tickets = tickets;
        this.origins = origins;
    }

    /** The stream that was opened for this session; {@code null} for a session of somebody else. */
    static @Nullable EventStream streamOf(WebSocketSession session) {
        return (EventStream) session.getAttributes().get(STREAM);
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes)
            throws IOException {
        HttpServletRequest servletRequest = ((ServletServerHttpRequest) request).getServletRequest();
        HttpServletResponse servletResponse = ((ServletServerHttpResponse) response).getServletResponse();
        try {
            requireUpgrade(servletRequest);
            requireOrigin(request, servletRequest);
            EventStream stream = streams.open(StreamRequests.parse(jobId(servletRequest), servletRequest, tickets));
            attributes.put(STREAM, stream);
            servletRequest.setAttribute(STREAM, stream);
            return true;
        } catch (Problem | StreamRefusedException e) {
            Problems.write(Problems.of(e), servletRequest, servletResponse);
            return false;
        }
    }

    private static void requireUpgrade(HttpServletRequest request) {
        if (!HttpMethod.GET.matches(request.getMethod())) {
            throw Problem.methodNotAllowed("GET");
        }
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            throw Problem.upgradeRequired("this is a WebSocket; the same events come over HTTP from …/events/stream");
        }
    }

    /** A browser sends its user's credentials along for any page, so that pages of other origins are kept out. */
    private void requireOrigin(ServerHttpRequest request, HttpServletRequest servletRequest) {
        boolean allowed;
        try {
            allowed = WebUtils.isSameOrigin(request)
                    || isAllowed(request.getHeaders().getOrigin(), servletRequest);
        } catch (IllegalArgumentException e) {
            allowed = false;
        }
        if (!allowed) {
            throw Problem.forbidden("pages of this origin may not connect");
        }
    }

    private boolean isAllowed(@Nullable String origin, HttpServletRequest request) {
        CorsConfiguration allowed = origins.getCorsConfiguration(request);
        return allowed != null && allowed.checkOrigin(origin) != null;
    }

    private static String jobId(HttpServletRequest request) {
        // The mapping's own variables are lost where the application has a path of its own.
        PathContainer path = ServletRequestPathUtils.parse(request).pathWithinApplication();
        PathPattern.PathMatchInfo match = WebSocketEndpoint.PATH.matchAndExtract(path);
        String jobId = match == null ? null : match.getUriVariables().get(JobPaths.JOB_ID);
        return jobId == null ? "" : jobId;
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception failure) {
        if (failure != null
                && ((ServletServerHttpRequest) request).getServletRequest().getAttribute(STREAM)
                        instanceof EventStream stream) {
            stream.close();
        }
    }
}
