package dev.jobstream.adapters.web.websocket;

import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.JobEventTickets;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Watching a job over a WebSocket. */
public final class WebSocketEndpoint {

    static final PathPattern PATH = PathPatternParser.defaultInstance.parse(JobPaths.WEBSOCKET);

    /** What is spoken, for a client that wants it named. */
    private static final String PROTOCOL = "jobstream.v1";

    /** Behind a host's controllers, before the handlers of static resources, which take any path. */
    private static final int ORDER = 1;

    private WebSocketEndpoint() {}

    /**
     * The mapping of the endpoint. The container must have a {@code jakarta.websocket.server.ServerContainer}.
     *
     * @param origins whose pages may connect to a path, besides those of this host
     */
    public static HandlerMapping mapping(
            JobEventStreams streams, JobEventTickets tickets, CorsConfigurationSource origins) {
        WebSocketHttpRequestHandler handler = new PlainHandler(new WebSocketStreams());
        handler.setHandshakeInterceptors(List.of(new WebSocketHandshake(streams, tickets, origins)));
        return new SimpleUrlHandlerMapping(Map.of(PATH.getPatternString(), handler), ORDER);
    }

    /**
     * Upgrades through the standard WebSocket API, whichever container's classes are there. Offers no extension: a compressor would cost each
     * connection more memory than all the rest of it.
     */
    private static final class PlainHandler extends WebSocketHttpRequestHandler {

        PlainHandler(WebSocketStreams handler) {
            super(handler, handshakes());
        }

        private static HandshakeHandler handshakes() {
            DefaultHandshakeHandler handshakes = new DefaultHandshakeHandler(new StandardWebSocketUpgradeStrategy());
            handshakes.setSupportedProtocols(PROTOCOL);
            return handshakes;
        }

        @Override
        public void handleRequest(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            super.handleRequest(new PlainRequest(request), response);
        }
    }

    /** What a client offers as far as it can be had; of what else there is a container warns, or agrees to it. */
    private static final class PlainRequest extends HttpServletRequestWrapper {

        PlainRequest(HttpServletRequest request) {
            super(request);
        }

        @Override
        public @Nullable String getHeader(String name) {
            Enumeration<String> values = getHeaders(name);
            return values.hasMoreElements() ? values.nextElement() : null;
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            if (WebSocketHttpHeaders.SEC_WEBSOCKET_EXTENSIONS.equalsIgnoreCase(name)) {
                return Collections.emptyEnumeration();
            }
            Enumeration<String> values = super.getHeaders(name);
            if (!WebSocketHttpHeaders.SEC_WEBSOCKET_PROTOCOL.equalsIgnoreCase(name)) {
                return values;
            }
            return Collections.enumeration(offersOurs(values) ? List.of(PROTOCOL) : List.of());
        }

        private static boolean offersOurs(Enumeration<String> protocols) {
            return Collections.list(protocols).stream()
                    .flatMap(line -> Arrays.stream(line.split(",")))
                    .anyMatch(protocol -> protocol.strip().equals(PROTOCOL));
        }
    }
}
