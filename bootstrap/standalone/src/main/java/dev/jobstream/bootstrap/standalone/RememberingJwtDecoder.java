package dev.jobstream.bootstrap.standalone;

import dev.jobstream.domain.Sha256;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Has a token's signature checked when it comes for the first time, and remembers those found good: a publisher sends the
 * same one with each request. It never refuses a token by itself. One that is remembered is let in only while it is good
 * beyond doubt, with no leeway for the clock; at any other time the decoder behind it decides, as it would without this.
 *
 * <p>A token is remembered by its digest alone, so that a look into this process's memory finds none. That there are more
 * than so many pushes those out that were not asked for since the last round, the oldest first. Only adding one takes the
 * lock; what is remembered is found without.
 */
final class RememberingJwtDecoder implements JwtDecoder {

    static final int MOST_TOKENS = 1_000;

    /** So that a key which its issuer has withdrawn is not trusted for as long as its last token is valid. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private final JwtDecoder decoder;
    private final Clock clock;
    private final int most;
    private final Map<ByteBuffer, Remembered> known = new ConcurrentHashMap<>();
    private final Queue<ByteBuffer> order = new ArrayDeque<>();

    RememberingJwtDecoder(JwtDecoder decoder, Clock clock, int most) {
        this.decoder = decoder;
        this.clock = clock;
        this.most = most;
    }

    @Override
    public Jwt decode(String token) {
        ByteBuffer digest = ByteBuffer.wrap(Sha256.of(token));
        Instant now = clock.instant();
        Remembered remembered = known.get(digest);
        if (remembered != null && remembered.isGoodAt(now)) {
            if (!remembered.used) {
                remembered.used = true; // Written once, not by every thread each time.
            }
            return remembered.jwt;
        }
        Jwt jwt = withoutItsText(decoder.decode(token));
        Instant expiresAt = jwt.getExpiresAt();
        if (expiresAt != null) {
            remember(digest, new Remembered(jwt, jwt.getNotBefore(), earlier(expiresAt, now.plus(LONGEST))));
        }
        return jwt;
    }

    private void remember(ByteBuffer digest, Remembered token) {
        synchronized (order) {
            if (known.put(digest, token) != null) {
                return;
            }
            order.add(digest);
            for (int chances = most; order.size() > most; chances--) {
                ByteBuffer oldest = order.remove();
                Remembered candidate = known.get(oldest);
                if (candidate != null && candidate.used && chances > 0) {
                    candidate.used = false;
                    order.add(oldest);
                } else {
                    known.remove(oldest);
                }
            }
        }
    }

    /** How many are remembered. */
    int size() {
        return known.size();
    }

    private static Jwt withoutItsText(Jwt jwt) {
        return new Jwt("-", jwt.getIssuedAt(), jwt.getExpiresAt(), jwt.getHeaders(), jwt.getClaims());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static final class Remembered {

        private final Jwt jwt;
        private final @Nullable Instant from;
        private final Instant until;
        /** Whether it was asked for since it was last about to be pushed out. */
        private volatile boolean used;

        Remembered(Jwt jwt, @Nullable Instant from, Instant until) {
            this.jwt = jwt;
            this.from = from;
            this.until = until;
        }

        boolean isGoodAt(Instant now) {
            return now.isBefore(until) && (from == null || !now.isBefore(from));
        }
    }
}
