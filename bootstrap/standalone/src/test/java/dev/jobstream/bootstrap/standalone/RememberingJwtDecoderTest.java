package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.tools.TokenMint;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Tokens that come again: checked once, and let in no longer than without being remembered. */
class RememberingJwtDecoderTest {

    private static final int MOST = 10;

    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
    private volatile Instant now = start;
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };
    private final AtomicInteger checks = new AtomicInteger();
    private final NimbusJwtDecoder nimbus = nimbus();
    private final RememberingJwtDecoder decoder = new RememberingJwtDecoder(
            token -> {
                checks.incrementAndGet();
                return nimbus.decode(token);
            },
            clock,
            MOST);

    private NimbusJwtDecoder nimbus() {
        NimbusJwtDecoder made = NimbusJwtDecoder.withPublicKey(
                        (RSAPublicKey) RunningServer.MINT.keys().getPublic())
                .signatureAlgorithm(SignatureAlgorithm.RS256)
                .build();
        JwtTimestampValidator time = new JwtTimestampValidator(); // With its leeway, as Spring Boot has it.
        time.setClock(clock);
        made.setJwtValidator(time);
        return made;
    }

    private String token(String subject, Duration life) {
        return RunningServer.token(claims -> claims.subject(subject).expirationTime(Date.from(start.plus(life))));
    }

    @Test
    void aTokenThatComesAgainIsNotCheckedAgain() {
        String token = token("a", Duration.ofMinutes(2));

        Jwt first = decoder.decode(token);
        Jwt second = decoder.decode(new String(token.toCharArray()));

        assertThat(checks).hasValue(1);
        assertThat(second.getClaims())
                .isEqualTo(first.getClaims())
                .isEqualTo(nimbus.decode(token).getClaims());
        assertThat(second.getExpiresAt()).isEqualTo(start.plus(Duration.ofMinutes(2)));
    }

    @Test
    void itsTextIsForgotten() {
        String token = token("a", Duration.ofMinutes(2));

        assertThat(decoder.decode(token).getTokenValue()).isEqualTo("-");
        assertThat(decoder.decode(token).getTokenValue()).isEqualTo("-");
    }

    @Test
    void fromItsExpiryOnTheDecoderDecidesAgain() {
        String token = token("a", Duration.ofMinutes(2));
        decoder.decode(token);

        now = start.plus(Duration.ofMinutes(2)).minusMillis(1);
        decoder.decode(token);
        assertThat(checks).hasValue(1);

        now = start.plus(Duration.ofMinutes(2));
        decoder.decode(token); // Within the decoder's leeway.
        decoder.decode(token);
        assertThat(checks).hasValue(3);

        now = start.plus(Duration.ofMinutes(4));
        assertThatExceptionOfType(JwtValidationException.class).isThrownBy(() -> decoder.decode(token));
        assertThatExceptionOfType(JwtValidationException.class).isThrownBy(() -> decoder.decode(token));
        assertThat(checks).hasValue(5);
    }

    @Test
    void aTokenOfTheFutureIsNotLetInForHavingBeenSeen() {
        String token = RunningServer.token(claims -> claims.notBeforeTime(Date.from(start.plusSeconds(30)))
                .expirationTime(Date.from(start.plus(Duration.ofHours(1)))));
        decoder.decode(token); // Within the decoder's leeway.
        decoder.decode(token);
        assertThat(checks).hasValue(2);

        now = start.plusSeconds(30);
        decoder.decode(token);
        assertThat(checks).hasValue(2);

        now = start.minusSeconds(60); // The clock was put back.
        assertThatExceptionOfType(JwtValidationException.class).isThrownBy(() -> decoder.decode(token));
    }

    @Test
    void aLongLivedTokenIsCheckedAgainAfterAWhile() {
        String token = token("a", Duration.ofHours(12));
        decoder.decode(token);
        now = start.plus(RememberingJwtDecoder.LONGEST).minusMillis(1);
        decoder.decode(token);
        assertThat(checks).hasValue(1);

        now = start.plus(RememberingJwtDecoder.LONGEST);
        decoder.decode(token);
        decoder.decode(token);
        assertThat(checks).hasValue(2);
        assertThat(decoder.size()).isEqualTo(1);
    }

    @Test
    void aTokenThatDiffersInOneCharacterIsAnother() {
        String token = token("a", Duration.ofMinutes(2));
        decoder.decode(token);
        for (int at = 0; at < token.length(); at += 7) {
            StringBuilder forged = new StringBuilder(token);
            forged.setCharAt(at, token.charAt(at) == 'A' ? 'B' : 'A');
            assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> decoder.decode(forged.toString()));
        }
        assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> decoder.decode(token + "A"));
        assertThat(decoder.size()).isEqualTo(1);
    }

    @Test
    void whatWasRefusedIsNotRemembered() {
        String forged = RunningServer.token(claims -> {}, TokenMint.newKeys());
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> decoder.decode(forged));
        }

        assertThat(checks).hasValue(3);
        assertThat(decoder.size()).isZero();
    }

    @Test
    void aTokenThatNeverExpiresIsNotRemembered() {
        String token = RunningServer.token(claims -> claims.expirationTime(null));
        decoder.decode(token);
        decoder.decode(token);

        assertThat(checks).hasValue(2);
        assertThat(decoder.size()).isZero();
    }

    @Test
    void soManyAreRememberedAndNoMoreAndWhatIsUsedStays() {
        String used = token("used", Duration.ofMinutes(2));
        decoder.decode(used);
        for (int n = 0; n < 5 * MOST; n++) {
            decoder.decode(token("other-" + n, Duration.ofMinutes(2)));
            decoder.decode(used);
            assertThat(decoder.size()).isLessThanOrEqualTo(MOST);
        }

        assertThat(checks).hasValue(1 + 5 * MOST);
    }

    @Test
    void manyThreadsWithManyTokensKeepToTheBound() {
        List<String> tokens = new ArrayList<>();
        for (int n = 0; n < 3 * MOST; n++) {
            tokens.add(token("many-" + n, Duration.ofMinutes(2)));
        }
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int shift = thread;
            threads.add(CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 200; n++) {
                    int which = (n * 7 + shift) % tokens.size();
                    assertThat(decoder.decode(tokens.get(which)).getSubject()).isEqualTo("many-" + which);
                }
            }));
        }
        threads.forEach(CompletableFuture::join);

        assertThat(decoder.size()).isEqualTo(MOST);
    }
}
