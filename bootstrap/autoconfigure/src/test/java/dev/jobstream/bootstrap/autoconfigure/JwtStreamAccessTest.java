package dev.jobstream.bootstrap.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

class JwtStreamAccessTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final JobId JOB = new JobId("job-1");

    private final JwtStreamAccess access = new JwtStreamAccess(Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofHours(24));

    private static Principal reader(Duration validFor) {
        Jwt token = Jwt.withTokenValue("-")
                .header("alg", "RS256")
                .subject("tester")
                .claim("scope", "job-events:read")
                .expiresAt(NOW.plus(validFor))
                .build();
        return new JwtAuthenticationToken(token, List.of());
    }

    @Test
    void aStreamEndsWithItsToken() {
        assertThat(access.toWatch(reader(Duration.ofHours(3)), JOB))
                .isEqualTo(AccessDecision.allowedUntil(NOW.plus(Duration.ofHours(3))));
    }

    @Test
    void aTokenForAHundredYearsIsNoStreamForAHundredYears() {
        assertThat(access.toWatch(reader(Duration.ofDays(36_500)), JOB))
                .isEqualTo(AccessDecision.allowedUntil(NOW.plus(Duration.ofHours(24))));
    }
}
