package dev.jobstream.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** Signs JSON Web Tokens (RFC 7515, RS256) with a key of its own. Safe for use by many threads. */
public final class TokenMint {

    /** Whom its tokens are for. */
    public static final String AUDIENCE = "jobstream-tests";

    private static final Duration VALIDITY = Duration.ofHours(24);

    private final KeyPair keys;
    private final Path publicKey;

    private TokenMint(KeyPair keys, Path publicKey) {
        this.keys = keys;
        this.publicKey = publicKey;
    }

    /** A mint with a new key, whose public half is deleted soon after this JVM has ended. */
    public static TokenMint create() {
        KeyPair keys = newKeys();
        Path file = ChildProcess.temporaryDirectory("jobstream-key-").resolve("public.pem");
        try {
            Files.writeString(
                    file,
                    "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                    .encodeToString(keys.getPublic().getEncoded())
                            + "\n-----END PUBLIC KEY-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TokenMint(keys, file);
    }

    /** A key that no mint has yet: RSA, 2,048 bits. */
    public static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no RSA", e);
        }
    }

    /** What tokens are signed with. */
    public KeyPair keys() {
        return keys;
    }

    /** A PEM file with what they are checked with. */
    public Path publicKey() {
        return publicKey;
    }

    /** A token that may do everything, good for a day. */
    public String token() {
        return sign("{\"sub\":\"tester\",\"aud\":\"" + AUDIENCE
                + "\",\"scope\":\"job-events:read job-events:write job-events:operate\",\"exp\":"
                + Instant.now().plus(VALIDITY).getEpochSecond() + "}");
    }

    /** @param claims a JSON object */
    public String sign(String claims) {
        String signed = base64("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot sign", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
