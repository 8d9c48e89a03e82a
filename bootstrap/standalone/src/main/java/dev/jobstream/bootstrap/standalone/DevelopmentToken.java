package dev.jobstream.bootstrap.standalone;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.jobstream.bootstrap.autoconfigure.JwtStreamAccess;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * A key pair that lives as long as this process, and the one token that is signed with it: so that the standalone server
 * can be tried before there is an issuer, without being open to everybody.
 */
final class DevelopmentToken {

    static final Duration VALIDITY = Duration.ofHours(12);

    private static final int KEY_BITS = 2048;

    private final KeyPair keys;
    private final Clock clock;

    private DevelopmentToken(KeyPair keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    static DevelopmentToken generate(Clock clock) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            return new DevelopmentToken(generator.generateKeyPair(), clock);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    /** Accepts this process's token and nothing else. */
    JwtDecoder decoder() {
        return NimbusJwtDecoder.withPublicKey((RSAPublicKey) keys.getPublic())
                .signatureAlgorithm(SignatureAlgorithm.RS256)
                .build();
    }

    /** A token that may watch and publish every job, and see what an operator sees. */
    String issue() {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject("developer")
                .claim("scope", JwtStreamAccess.READ + " " + JwtStreamAccess.WRITE + " " + StandaloneSecurity.OPERATE)
                .expirationTime(Date.from(clock.instant().plus(VALIDITY)))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256), claims);
        try {
            token.sign(new RSASSASigner(keys.getPrivate()));
        } catch (JOSEException e) {
            throw new IllegalStateException("the development token cannot be signed", e);
        }
        return token.serialize();
    }
}
