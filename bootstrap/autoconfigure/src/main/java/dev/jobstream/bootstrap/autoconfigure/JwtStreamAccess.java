package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.Caller;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken;

/**
 * The rule for callers with a JSON Web Token: the scope says what they may do, an optional claim {@code jobs} to which
 * jobs, and the stream ends with the token. A token that never expires is refused, since a stream could not end with it.
 */
public final class JwtStreamAccess implements StreamAccess {

    /** The scope that lets its owner watch. */
    public static final String READ = "job-events:read";
    /** The scope that lets its owner publish. */
    public static final String WRITE = "job-events:write";

    /** The claim with the scopes. */
    public static final String SCOPE = "scope";

    private static final String SCP = "scp";
    /** The claim that narrows the scopes to some jobs. */
    public static final String JOBS = "jobs";

    /** The claim with the session at the issuer: OpenID Connect Front-Channel Logout 1.0, section 3. */
    public static final String SESSION = "sid";

    private static final char ANY = '*';

    /** So long a stream may go on with one token, unless it is said otherwise. */
    public static final Duration MAX_LIFE = Duration.ofHours(24);

    private final Clock clock;
    private final Duration maxLife;

    /** @param clock tells whether a token has expired */
    public JwtStreamAccess(Clock clock) {
        this(clock, MAX_LIFE);
    }

    /**
     * @param clock tells whether a token has expired
     * @param maxLife the longest that a stream may go on with one token, however far ahead the token expires; positive
     */
    public JwtStreamAccess(Clock clock, Duration maxLife) {
        this.clock = clock;
        this.maxLife = maxLife;
    }

    @Override
    public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
        return decide(principal, job, READ);
    }

    @Override
    public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
        return decide(principal, job, WRITE);
    }

    @Override
    public Caller caller(Principal principal) {
        if (!(principal instanceof AbstractOAuth2TokenAuthenticationToken<?> token
                && token.getToken() instanceof Jwt jwt)) {
            return Caller.named(principal.getName());
        }
        return new Caller(
                Objects.requireNonNullElse(text(jwt, JwtClaimNames.ISS), ""),
                principal.getName(),
                text(jwt, JwtClaimNames.JTI),
                text(jwt, SESSION),
                jwt.getIssuedAt());
    }

    private static @Nullable String text(Jwt jwt, String claim) {
        Object value = jwt.getClaims().get(claim);
        return value == null ? null : value.toString();
    }

    private AccessDecision decide(@Nullable Principal principal, JobId job, String scope) {
        if (principal == null) {
            return AccessDecision.unauthenticated();
        }
        if (!(principal instanceof AbstractOAuth2TokenAuthenticationToken<?> token
                && token.getToken() instanceof Jwt jwt)) {
            return AccessDecision.denied();
        }
        Instant expiresAt = jwt.getExpiresAt();
        Instant now = clock.instant();
        if (expiresAt == null || !expiresAt.isAfter(now)) {
            return AccessDecision.unauthenticated();
        }
        Instant latest = now.plus(maxLife);
        return hasScope(jwt, scope) && coversJob(jwt, job)
                ? AccessDecision.allowedUntil(expiresAt.isBefore(latest) ? expiresAt : latest)
                : AccessDecision.denied();
    }

    /** RFC 8693, section 4.2: a space-separated string; some issuers name it {@code scp} and give a list. */
    private static boolean hasScope(Jwt jwt, String scope) {
        Object claim = jwt.hasClaim(SCOPE) ? jwt.getClaim(SCOPE) : jwt.getClaim(SCP);
        if (claim instanceof String text) {
            return Arrays.asList(text.split(" ")).contains(scope);
        }
        return claim instanceof List<?> list && list.contains(scope);
    }

    /** A claim that is there but says nothing we understand allows nothing. */
    private static boolean coversJob(Jwt jwt, JobId job) {
        if (!jwt.hasClaim(JOBS)) {
            return true;
        }
        return jwt.getClaim(JOBS) instanceof List<?> patterns
                && patterns.stream().anyMatch(pattern -> pattern instanceof String text && matches(text, job.value()));
    }

    private static boolean matches(String pattern, String job) {
        int last = pattern.length() - 1;
        return (last >= 0 && pattern.charAt(last) == ANY)
                ? job.startsWith(pattern.substring(0, last))
                : pattern.equals(job);
    }
}
