package dev.jobstream.bootstrap.standalone;

import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamRequests;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.core.env.PropertyResolver;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** A wish to watch that comes with a ticket and no token: whether the ticket is good is found out where the stream is opened. */
final class ShowsTicket implements RequestMatcher {

    private final RequestMatcher streams;

    /** @param settings say where the endpoints are */
    ShowsTicket(PropertyResolver settings) {
        streams = new OrRequestMatcher(matcher(JobPaths.STREAM, settings), matcher(JobPaths.WEBSOCKET, settings));
    }

    private static RequestMatcher matcher(String path, PropertyResolver settings) {
        return PathPatternRequestMatcher.withDefaults()
                .matcher(HttpMethod.GET, settings.resolveRequiredPlaceholders(path));
    }

    @Override
    public boolean matches(HttpServletRequest request) {
        // The query alone: no body is read before a request is let in.
        String query = request.getQueryString();
        return query != null
                && query.contains(StreamRequests.TICKET + "=")
                && request.getHeader(HttpHeaders.AUTHORIZATION) == null
                && streams.matches(request);
    }
}
