package dev.jobstream.bootstrap.standalone;

import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamRequests;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** A wish to watch that comes with a ticket and no token: whether the ticket is good is found out where the stream is opened. */
final class ShowsTicket implements RequestMatcher {

    private final RequestMatcher streams = new OrRequestMatcher(
            PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, JobPaths.STREAM),
            PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, JobPaths.WEBSOCKET));

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
