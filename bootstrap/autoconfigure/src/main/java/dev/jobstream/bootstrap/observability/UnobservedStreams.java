package dev.jobstream.bootstrap.observability;

import dev.jobstream.adapters.web.requests.JobPaths;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationPredicate;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Keeps streams out of what is observed of requests, such as {@code http.server.requests}: one that is open for an hour would
 * be its longest request, and the observation would live as long. Whatever a host puts before its paths may stand before
 * theirs.
 */
final class UnobservedStreams implements ObservationPredicate {

    private final List<PathPattern> streams;

    /** @param settings say where the endpoints are */
    UnobservedStreams(PropertyResolver settings) {
        streams = List.of(pattern(JobPaths.STREAM, settings), pattern(JobPaths.WEBSOCKET, settings));
    }

    private static PathPattern pattern(String path, PropertyResolver settings) {
        return PathPatternParser.defaultInstance.parse("/**" + settings.resolveRequiredPlaceholders(path));
    }

    @Override
    public boolean test(String name, Observation.Context context) {
        return !(context instanceof ServerRequestObservationContext request && isStream(request.getCarrier()));
    }

    private boolean isStream(@Nullable HttpServletRequest request) {
        if (request == null) {
            return false;
        }
        PathContainer path;
        try {
            path = PathContainer.parsePath(request.getRequestURI());
        } catch (IllegalArgumentException e) {
            return false; // It cannot be decoded, and whoever answers it may say so.
        }
        return streams.stream().anyMatch(pattern -> pattern.matches(path));
    }
}
