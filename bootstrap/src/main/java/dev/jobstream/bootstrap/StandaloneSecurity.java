package dev.jobstream.bootstrap;

import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.SecurityFilterChain;

/** The standalone server's security: a token for everything but the health, and no session. A host has its own instead. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class StandaloneSecurity {

    @Bean
    SecurityFilterChain jobstreamSecurity(HttpSecurity http, ObjectProvider<JwtDecoder> decoder) {
        JwtDecoder checks = decoder.getIfAvailable();
        if (checks == null) {
            throw new IllegalStateException("It is not known whose tokens to trust: set"
                    + " spring.security.oauth2.resourceserver.jwt.issuer-uri (or jwk-set-uri, or public-key-location),"
                    + " or, to try it, jobstream.development-token=true");
        }
        JwtDecoder remembers = new RememberingJwtDecoder(checks, Clock.systemUTC(), RememberingJwtDecoder.MOST_TOKENS);
        ProblemEntryPoint unauthenticated = new ProblemEntryPoint();
        return http.authorizeHttpRequests(requests -> requests
                        // A stream goes on, and an error is told, in the name of a request that has been let in.
                        .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                        .permitAll()
                        // For those who only ask whether to send traffic here, and have no token.
                        .requestMatchers(HttpMethod.GET, "/actuator/health", "/actuator/health/*")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .oauth2ResourceServer(server -> server.jwt(token ->
                                token.decoder(remembers).jwtAuthenticationConverter(StandaloneSecurity::authentication))
                        .authenticationEntryPoint(unauthenticated))
                .exceptionHandling(handling -> handling.authenticationEntryPoint(unauthenticated))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .build();
    }

    /**
     * What remains of a token that was found good: what {@link JwtStreamAccess} asks of it. A stream holds it for as long as it
     * is open, and a token in full is 2 KB.
     */
    static JwtAuthenticationToken authentication(Jwt token) {
        Map<String, Object> claims = new HashMap<>(token.getClaims());
        claims.keySet().retainAll(JwtStreamAccess.CLAIMS);
        if (claims.isEmpty()) {
            return new JwtAuthenticationToken(token, List.of());
        }
        Jwt rest = new Jwt("-", token.getIssuedAt(), token.getExpiresAt(), Map.of("typ", "JWT"), claims);
        return new JwtAuthenticationToken(rest, List.of());
    }
}
