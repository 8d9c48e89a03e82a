package dev.jobstream.application;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as far as quotas and revocations must know.
 *
 * @param issuer who vouches for the subject; empty where subjects are the host's own
 * @param subject who it is, to this issuer
 * @param tokenId the {@code jti} of the token (<a href="https://www.rfc-editor.org/rfc/rfc7519#section-4.1.7">RFC 7519</a>);
 *     {@code null} if it has none
 * @param session the session in which the token was given, an OpenID provider's {@code sid}; {@code null} if there is none
 * @param issuedAt when the token was given; {@code null} if it is not known
 */
public record Caller(
        String issuer,
        String subject,
        @Nullable String tokenId,
        @Nullable String session,
        @Nullable Instant issuedAt) {

    /** A caller of whom no more is known than a name. */
    public static Caller named(String subject) {
        return new Caller("", subject, null, null, null);
    }

    /** What this caller's share is counted under: the subject and who vouches for it. */
    public String account() {
        return issuer.isEmpty() ? subject : issuer + ' ' + subject;
    }
}
