package dev.jobstream.adapters.web.websocket;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.WebSocketHttpHeaders;

/**
 * What a client offers as far as it can be had; of what else there is a container warns, or agrees to it. No extension can be
 * had: a compressor would cost each connection more memory than all the rest of it.
 */
final class PlainRequest extends HttpServletRequestWrapper {

    /** What is spoken, for a client that wants it named. */
    static final String PROTOCOL = "jobstream.v1";

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
