package dev.jobstream.bootstrap.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.bootstrap.autoconfigure.JwtStreamAccess;
import dev.jobstream.domain.JobId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.context.request.async.WebAsyncUtils;

/** What the standalone server's streams hold while they are open. */
class LeanStreamTest {

    private static final Instant NOW = Instant.parse("2025-11-25T10:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(600);

    private final JwtStreamAccess access = new JwtStreamAccess(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void ofATokenOnlyWhatTheRuleAsks() {
        JwtAuthenticationToken kept = kept(Map.of(
                "sub",
                "alice",
                "iss",
                "https://issuer.example",
                "scope",
                "job-events:read",
                "jobs",
                List.of("build-*"),
                "email",
                "alice@example.org"));

        assertEquals(
                Set.of("sub", "scope", "jobs", "iss"),
                kept.getToken().getClaims().keySet());
        assertEquals("alice", kept.getName());
        assertFalse(kept.getToken().getTokenValue().contains("secret"));
        assertTrue(kept.isAuthenticated());
        assertEquals(AccessDecision.allowedUntil(LATER), access.toWatch(kept, new JobId("build-7")));
        assertEquals(AccessDecision.denied(), access.toWatch(kept, new JobId("deploy-7")));
        assertEquals(AccessDecision.denied(), access.toPublish(kept, new JobId("build-7")));
    }

    @Test
    void aTokenThatSaysNothingIsStillSomebodys() {
        JwtAuthenticationToken kept = kept(Map.of("sub", "alice"));

        assertTrue(kept.isAuthenticated());
        assertEquals(AccessDecision.denied(), access.toWatch(kept, new JobId("build-7")));
    }

    @Test
    void ofARequestNothingThatSpringHasNoted() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        var asynchronous = WebAsyncUtils.getAsyncManager(request);
        request.setAttribute("org.springframework.security.web.context.SOME_CONTEXT", "the token");
        request.setAttribute("somebody.else", "theirs");

        new StreamRequestTrim().afterConcurrentHandlingStarted(request, new MockHttpServletResponse(), this);

        assertEquals(
                Set.of(WebAsyncUtils.WEB_ASYNC_MANAGER_ATTRIBUTE, "somebody.else"),
                Set.copyOf(Collections.list(request.getAttributeNames())));
        assertEquals(asynchronous, request.getAttribute(WebAsyncUtils.WEB_ASYNC_MANAGER_ATTRIBUTE));
    }

    private static JwtAuthenticationToken kept(Map<String, Object> claims) {
        Jwt token = new Jwt("secret", NOW, LATER, Map.of("alg", "RS256"), claims);
        return StandaloneSecurity.authentication(
                StandaloneSecurity.rest(token, new JwtAuthenticationConverter(), "SCOPE_"));
    }
}
