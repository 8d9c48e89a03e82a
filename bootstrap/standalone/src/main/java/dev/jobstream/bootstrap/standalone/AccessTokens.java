package dev.jobstream.bootstrap.standalone;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.io.InputStream;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.core.io.Resource;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Which access tokens the standalone server takes for good, from Spring's own settings. In two points it takes what issuers
 * really send, where the library's defaults do not: the type of RFC 9068 beside the plain one, and any asymmetric signature that
 * is safe, so that an issuer may go over to another one. Symmetric signatures and none are never taken.
 */
final class AccessTokens {

    /** RFC 9068, section 2.1, and RFC 7519, section 5.1. Without one it is what the others say. */
    private static final List<String> TYPES = List.of("JWT", "at+jwt", "application/at+jwt");

    /** Of the issuer and this machine. By default Spring lets a token in a minute before it is valid. */
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofSeconds(5);

    private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";

    private AccessTokens() {}

    /**
     * Checks tokens as these settings say.
     *
     * @param narrowed whether the operator has said which algorithms to take
     * @throws IllegalStateException if they do not say whose tokens to trust
     * @throws InvalidConfigurationPropertyValueException if the key cannot be read, or an algorithm is not known
     */
    static JwtDecoder decoder(OAuth2ResourceServerProperties.Jwt settings, boolean narrowed) {
        List<SignatureAlgorithm> algorithms = narrowed ? named(settings) : Arrays.asList(SignatureAlgorithm.values());
        String keys = settings.getJwkSetUri();
        String issuer = settings.getIssuerUri();
        Resource key = settings.getPublicKeyLocation();
        if (keys != null) {
            return checking(IssuerKeys.at(keys), algorithms, settings);
        }
        if (issuer != null) {
            return checking(IssuerKeys.of(issuer), algorithms, settings);
        }
        if (key != null) {
            return checking(key, algorithms, settings);
        }
        throw new IllegalStateException("no issuer, no key set and no key is configured");
    }

    private static NimbusJwtDecoder checking(
            Resource key, List<SignatureAlgorithm> algorithms, OAuth2ResourceServerProperties.Jwt settings) {
        RSAPublicKey publicKey = read(key);
        return checking(
                new ImmutableJWKSet<>(new JWKSet(new RSAKey.Builder(publicKey).build())),
                algorithms.stream()
                        .filter(algorithm -> JWSAlgorithm.Family.RSA.contains(JWSAlgorithm.parse(algorithm.getName())))
                        .toList(),
                settings);
    }

    private static NimbusJwtDecoder checking(
            JWKSource<SecurityContext> keys,
            List<SignatureAlgorithm> algorithms,
            OAuth2ResourceServerProperties.Jwt settings) {
        Set<JWSAlgorithm> accepted = algorithms.stream()
                .map(algorithm -> JWSAlgorithm.parse(algorithm.getName()))
                .collect(Collectors.toSet());
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(accepted, keys));
        // Types and claims are the validator's.
        processor.setJWSTypeVerifier((type, context) -> {});
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(validator(settings));
        return decoder;
    }

    private static RSAPublicKey read(Resource key) {
        try (InputStream in = key.getInputStream()) {
            RSAPublicKey read = RsaKeyConverters.x509().convert(in);
            if (read != null) {
                return read;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(key);
        }
        throw unreadable(key);
    }

    private static InvalidConfigurationPropertyValueException unreadable(Resource key) {
        return new InvalidConfigurationPropertyValueException(
                JWT + "public-key-location", key.getDescription(), "it must be the public key of an RSA pair in PEM");
    }

    private static List<SignatureAlgorithm> named(OAuth2ResourceServerProperties.Jwt settings) {
        List<SignatureAlgorithm> algorithms = new ArrayList<>();
        for (String name : settings.getJwsAlgorithms()) {
            SignatureAlgorithm algorithm = SignatureAlgorithm.from(name);
            if (algorithm == null) {
                throw new InvalidConfigurationPropertyValueException(
                        JWT + "jws-algorithms",
                        name,
                        "it must be among " + Arrays.toString(SignatureAlgorithm.values()));
            }
            algorithms.add(algorithm);
        }
        return algorithms;
    }

    private static OAuth2TokenValidator<Jwt> validator(OAuth2ResourceServerProperties.Jwt settings) {
        JwtTypeValidator types = new JwtTypeValidator(TYPES);
        types.setAllowEmpty(true);
        List<OAuth2TokenValidator<Jwt>> validators = new ArrayList<>();
        validators.add(types);
        validators.add(new JwtTimestampValidator(CLOCKS_DIFFER_BY));
        // That validator takes a token without an end, and for some time one that has ended.
        validators.add(new JwtClaimValidator<@Nullable Instant>(
                JwtClaimNames.EXP, expires -> expires != null && Instant.now().isBefore(expires)));
        String issuer = settings.getIssuerUri();
        if (issuer != null) {
            validators.add(new JwtIssuerValidator(issuer));
        }
        List<String> audiences = settings.getAudiences();
        if (!audiences.isEmpty()) {
            validators.add(new JwtClaimValidator<@Nullable List<String>>(
                    JwtClaimNames.AUD, claimed -> claimed != null && !Collections.disjoint(claimed, audiences)));
        }
        return JwtValidators.createDefaultWithValidators(validators);
    }
}
