package dev.jobstream.adapters.web.requests;

import dev.jobstream.adapters.web.refusals.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** What a client says it takes (RFC 9110, section 12.5.1). */
public final class Accept {

    private static final int UNACCEPTABLE = 0;

    private final List<MediaType> ranges;

    private Accept(List<MediaType> ranges) {
        this.ranges = ranges;
    }

    /** @throws Problem 406 if the header cannot be read */
    public static Accept of(HttpServletRequest request) {
        List<String> headers = Collections.list(request.getHeaders(HttpHeaders.ACCEPT));
        try {
            List<MediaType> ranges = MediaType.parseMediaTypes(headers);
            return new Accept(ranges.isEmpty() ? List.of(MediaType.ALL) : ranges);
        } catch (InvalidMediaTypeException e) {
            throw Problem.notAcceptable("the Accept header is malformed");
        }
    }

    public boolean takes(MediaType type) {
        return preference(type) > UNACCEPTABLE;
    }

    /** Whether the client takes this type by its name, and not just as one of all types. */
    public boolean names(MediaType type) {
        return takes(type) && ranges.stream().anyMatch(range -> range.isConcrete() && range.includes(type));
    }

    /**
     * The candidate that the client likes best, by quality, then by how exactly it was named, then the first one;
     * {@code null} if it takes none.
     */
    public <T> @Nullable T best(List<T> candidates, Function<T, MediaType> type) {
        T best = null;
        int preference = UNACCEPTABLE;
        for (T candidate : candidates) {
            int other = preference(type.apply(candidate));
            if (other > preference) {
                best = candidate;
                preference = other;
            }
        }
        return best;
    }

    /** The most exact range decides, so that {@code text/plain;q=0, *}{@code /*} takes all but plain text. */
    private int preference(MediaType type) {
        MediaType decisive = null;
        for (MediaType range : ranges) {
            if (range.includes(type) && (decisive == null || exactness(range) > exactness(decisive))) {
                decisive = range;
            }
        }
        if (decisive == null || decisive.getQualityValue() == 0) {
            return UNACCEPTABLE;
        }
        return (int) Math.round(decisive.getQualityValue() * 1_000) * 10 + exactness(decisive);
    }

    private static int exactness(MediaType range) {
        return range.isWildcardType() ? 1 : range.isWildcardSubtype() ? 2 : 3;
    }
}
