package dev.jobstream.adapters.web.websocket;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.adapters.web.refusals.Problems;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamRequests;
import dev.jobstream.application.EventStream;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamRefusedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
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
    private final CorsConfiguration origins = new CorsConfiguration();

    /** @param allowedOriginPatterns whose pages may connect besides those of this host; may be empty */
    WebSocketHandshake(JobEventStreams streams, List<String> allowedOriginPatterns) {
        this.streams = streams;
        this.origins.setAllowedOriginPatterns(allowedOriginPatterns);
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
            requireOrigin(request);
            EventStream stream = streams.open(StreamRequests.parse(jobId(servletRequest), servletRequest));
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
    private void requireOrigin(ServerHttpRequest request) {
        boolean allowed;
        try {
            allowed = WebUtils.isSameOrigin(request)
                    || origins.checkOrigin(request.getHeaders().getOrigin()) != null;
        } catch (IllegalArgumentException e) {
            allowed = false;
        }
        if (!allowed) {
            throw Problem.forbidden("pages of this origin may not connect");
        }
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
