package dev.jobstream.bootstrap.standalone;

import dev.jobstream.adapters.web.refusals.ProblemResponses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.CorsFilter;

/** Whose pages may use this server, besides its own: see {@code jobstream.cors.allowed-origins}. */
final class StandaloneOrigins implements CorsConfigurationSource {

    /** So long a browser need not ask again; most cap it at two hours or less. */
    private static final Duration MAX_AGE = Duration.ofHours(1);

    /** A scheme and a host, with a star for one part of it at most: {@code *} alone would let every page in the world in. */
    private static final Pattern ORIGIN = Pattern.compile("https?://(\\*\\.)?[A-Za-z0-9._\\[\\]:-]+");

    private final String paths;
    private final @Nullable CorsConfiguration configuration;

    /**
     * @param origins may be empty
     * @param path where the endpoints are
     * @throws IllegalArgumentException if one of them is no origin
     */
    StandaloneOrigins(List<String> origins, String path) {
        paths = path + "/";
        for (String origin : origins) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException("jobstream.cors.allowed-origins must name origins, such as"
                        + " https://ci.example.org or https://*.example.org");
            }
        }
        configuration = origins.isEmpty() ? null : configuration(origins);
    }

    private static CorsConfiguration configuration(List<String> origins) {
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.setAllowedOriginPatterns(origins);
        configuration.setAllowedMethods(List.of(HttpMethod.GET.name(), HttpMethod.POST.name()));
        configuration.setAllowedHeaders(List.of(
                HttpHeaders.AUTHORIZATION,
                HttpHeaders.ACCEPT,
                HttpHeaders.CACHE_CONTROL,
                HttpHeaders.CONTENT_TYPE,
                "Idempotency-Key",
                "Last-Event-ID"));
        configuration.setExposedHeaders(
                List.of(HttpHeaders.LINK, HttpHeaders.RETRY_AFTER, HttpHeaders.WWW_AUTHENTICATE));
        configuration.setMaxAge(MAX_AGE);
        return configuration;
    }

    @Override
    public @Nullable CorsConfiguration getCorsConfiguration(HttpServletRequest request) {
        return request.getRequestURI().contains(paths) ? configuration : null;
    }

    /** Tells browsers; pages of other origins are refused in the words of every refusal. */
    CorsFilter filter() {
        CorsFilter filter = new CorsFilter(this) {
            @Override
            protected boolean shouldNotFilter(HttpServletRequest request) {
                return getCorsConfiguration(request) == null;
            }
        };
        filter.setCorsProcessor(new Processor());
        return filter;
    }

    private static final class Processor extends DefaultCorsProcessor {

        @Override
        public boolean processRequest(
                @Nullable CorsConfiguration allowed, HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            boolean passes = super.processRequest(allowed, request, response);
            if (!passes) {
                ProblemResponses.forbidden("pages of this origin may not do this", request, response);
            }
            return passes;
        }

        /** Where it is called there is no request to answer. */
        @Override
        protected void rejectRequest(ServerHttpResponse response) {}
    }
}
