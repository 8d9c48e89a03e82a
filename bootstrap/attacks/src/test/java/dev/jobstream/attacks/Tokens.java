package dev.jobstream.attacks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.tools.TokenMint;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Good tokens and forged ones. It remembers them all, since none may be found in a log. */
final class Tokens {

    static final TokenMint MINT = TokenMint.create();
    static final String AUDIENCE = TokenMint.AUDIENCE;

    /** Whom a server may be set to trust alone. */
    static final String ISSUER = "https://issuer.example";

    static final String READ = "job-events:read";
    static final String WRITE = "job-events:write";
    static final String OPERATE = "job-events:operate";

    private static final Queue<String> MADE = new ConcurrentLinkedQueue<>();

    private Tokens() {}

    /** A good one of this scope, for all jobs. */
    static String good(String scope) {
        return remembered(MINT.sign(claims(scope, "")));
    }

    /** A good one to read and write this job only, of a subject of its own: quotas are not to hit the honest for it. */
    static String goodFor(String job) {
        String claims = claims(READ + " " + WRITE, ",\"jobs\":[\"" + job + "\"]");
        return remembered(MINT.sign(claims.replace("mallory", "mallory of " + job)));
    }

    /** The claims of a good token. */
    static String claims() {
        return claims(READ + " " + WRITE, "");
    }

    private static String claims(String scope, String more) {
        return claims(AUDIENCE, in(3_600), ",\"scope\":\"" + scope + "\"" + more);
    }

    /** @param more members, each after a comma */
    static String claims(String audience, long expires, String more) {
        return "{\"iss\":\"" + ISSUER + "\",\"sub\":\"mallory\",\"aud\":\"" + audience + "\",\"exp\":" + expires + more
                + "}";
    }

    /** The second that is so many from now. */
    static long in(long seconds) {
        return Instant.now().getEpochSecond() + seconds;
    }

    /** Signed with the trusted key by RS256, whatever the header says. */
    static String signed(String header, String claims) {
        return signed(header, claims, MINT.keys());
    }

    static String signed(String header, String claims, KeyPair keys) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            String text = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
            signature.update(text.getBytes(US_ASCII));
            return remembered(text + "." + base64(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signed by HS256 with these bytes as the secret. */
    static String authenticated(String header, String claims, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String text = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
            return remembered(text + "." + base64(mac.doFinal(text.getBytes(US_ASCII))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With this in the place of a signature. */
    static String unsigned(String header, String claims, String signature) {
        return remembered(base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8)) + "." + signature);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String remembered(String token) {
        MADE.add(token);
        return token;
    }

    /** What no log may hold: claims and signatures. Headers are alike in all tokens. */
    static List<String> secrets() {
        return MADE.stream()
                .flatMap(token -> List.of(token.split("\\.")).stream().skip(1))
                .filter(part -> part.length() > 20)
                .distinct()
                .toList();
    }
}
