package dev.jobstream.bootstrap.standalone;

import dev.jobstream.adapters.web.page.PageController;
import dev.jobstream.adapters.web.refusals.ProblemResponses;
import dev.jobstream.bootstrap.autoconfigure.JwtStreamAccess;
import dev.jobstream.bootstrap.autoconfigure.PageProperties;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.header.writers.StaticHeadersWriter;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.web.cors.CorsUtils;

/** The standalone server's security: a token for everything but the health, the command and the page, and no session. A host has its own instead. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class StandaloneSecurity {

    private static final Logger log = LoggerFactory.getLogger(StandaloneSecurity.class);

    /** What Spring puts before a scope to make an authority of it. */
    private static final String SCOPE_PREFIX = "SCOPE_";

    /** The scope that lets its owner see what an operator sees. */
    static final String OPERATE = "job-events:operate";

    private static final String JWT = "spring.security.oauth2.resourceserver.jwt";

    private static final String NO_CONTENT =
            "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    @Bean
    @Conditional(OnTrustedIssuer.class)
    JwtDecoder jobstreamJwtDecoder(OAuth2ResourceServerProperties properties, Environment environment) {
        if (properties.getJwt().getAudiences().isEmpty()) {
            log.warn("Tokens for any audience are taken: set {}.audiences to what the issuer calls this server", JWT);
        }
        boolean narrowed = Binder.get(environment)
                .bind(JWT + ".jws-algorithms", Bindable.listOf(String.class))
                .isBound();
        return AccessTokens.decoder(properties.getJwt(), narrowed);
    }

    /** What is asked of a token after it was found good: by the rule of access, for quotas, and for revocations. */
    private static final List<String> KEPT = List.of(
            JwtStreamAccess.JOBS, JwtClaimNames.ISS, JwtClaimNames.JTI, JwtClaimNames.NBF, JwtStreamAccess.SESSION);

    private static final List<GrantedAuthority> OPERATES = List.of(new SimpleGrantedAuthority(OPERATE));

    @Bean
    SecurityFilterChain jobstreamSecurity(
            HttpSecurity http,
            ObjectProvider<JwtDecoder> decoder,
            ObjectProvider<JwtAuthenticationConverter> converter,
            StandaloneOrigins origins,
            PageProperties page,
            OAuth2ResourceServerProperties properties,
            Environment environment) {
        JwtDecoder checks = decoder.getIfAvailable();
        if (checks == null) {
            throw new IllegalStateException("It is not known whose tokens to trust: set"
                    + " spring.security.oauth2.resourceserver.jwt.issuer-uri (or jwk-set-uri, or public-key-location),"
                    + " or, to try it, jobstream.development-token=true");
        }
        // Boot's, where a setting asks for one.
        Converter<Jwt, AbstractAuthenticationToken> rights = converter.getIfAvailable(JwtAuthenticationConverter::new);
        String prefix = Objects.requireNonNullElse(properties.getJwt().getAuthorityPrefix(), SCOPE_PREFIX);
        JwtDecoder remembers = new RememberingJwtDecoder(
                token -> rest(checks.decode(token), rights, prefix),
                Clock.systemUTC(),
                RememberingJwtDecoder.MOST_TOKENS);
        ProblemEntryPoint unauthenticated = new ProblemEntryPoint();
        return http.authorizeHttpRequests(requests -> requests
                        // A stream goes on, and an error is told, in the name of a request that has been let in.
                        .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                        .permitAll()
                        // For those who only ask whether to send traffic here, and have no token.
                        .requestMatchers(
                                EndpointRequest.to("health").withHttpMethod(HttpMethod.GET),
                                EndpointRequest.toAdditionalPaths(WebServerNamespace.SERVER, "health"),
                                EndpointRequest.toAdditionalPaths(WebServerNamespace.MANAGEMENT, "health"))
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, CommandController.PATH)
                        .permitAll()
                        // It shows nothing without a token.
                        .requestMatchers(HttpMethod.GET, addresses(page))
                        .permitAll()
                        // A browser has no token for what it asks first; the endpoints' own settings answer it.
                        .requestMatchers(
                                new AndRequestMatcher(EndpointRequest.toAnyEndpoint(), CorsUtils::isPreFlightRequest))
                        .permitAll()
                        .requestMatchers(new ShowsTicket(environment))
                        .permitAll()
                        .requestMatchers(EndpointRequest.toAnyEndpoint())
                        .hasAuthority(OPERATE)
                        .anyRequest()
                        .authenticated())
                .oauth2ResourceServer(server -> server.bearerTokenResolver(new OneToken())
                        .jwt(token ->
                                token.decoder(remembers).jwtAuthenticationConverter(StandaloneSecurity::authentication))
                        .authenticationEntryPoint(unauthenticated)
                        .accessDeniedHandler((request, response, denied) ->
                                ProblemResponses.forbidden("the token does not allow this", request, response))
                        .withObjectPostProcessor(new TellsWhatCannotBeDecided(unauthenticated)))
                .exceptionHandling(handling -> handling.authenticationEntryPoint(unauthenticated))
                .headers(StandaloneSecurity::told)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .cors(AbstractHttpConfigurer::disable)
                .addFilter(origins.filter())
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .build();
    }

    private static String[] addresses(PageProperties page) {
        return page.enabled() ? PageController.addresses(page.path()) : new String[] {CommandController.PATH};
    }

    /** That of the request says enough: Spring Security would observe each of its filters beside. */
    @Bean
    SecurityObservationSettings jobstreamSecurityObservations() {
        return SecurityObservationSettings.noObservations();
    }

    /** What Spring Security refuses before anybody is asked: a path that two parsers could read differently, an odd method. */
    @Bean
    RequestRejectedHandler jobstreamRejections() {
        return (request, response, rejected) ->
                ProblemResponses.badRequest("the request is not well-formed", request, response);
    }

    /**
     * What remains of a token that was found good: what {@link JwtStreamAccess} asks of it, wherever the issuer has put it. All
     * its streams hold this one for as long as they are open, and a token in full is 2 KB.
     *
     * @param rights finds the token's authorities, as Spring's settings have them, and the name of its subject
     * @param prefix what they put before what the issuer has, and so may stand before a scope
     */
    static Jwt rest(Jwt token, Converter<Jwt, AbstractAuthenticationToken> rights, String prefix) {
        AbstractAuthenticationToken full = Objects.requireNonNull(rights.convert(token));
        Set<String> authorities = AuthorityUtils.authorityListToSet(full.getAuthorities());
        Map<String, Object> claims = new HashMap<>();
        claims.put(
                JwtStreamAccess.SCOPE,
                Stream.of(JwtStreamAccess.READ, JwtStreamAccess.WRITE, OPERATE)
                        .filter(scope -> authorities.contains(scope) || authorities.contains(prefix + scope))
                        .toList());
        for (String claim : KEPT) {
            if (token.hasClaim(claim)) {
                claims.put(claim, token.getClaim(claim));
            }
        }
        if (full.getName() != null) {
            claims.put(JwtClaimNames.SUB, full.getName());
        }
        return new Jwt("-", token.getIssuedAt(), token.getExpiresAt(), Map.of("typ", "JWT"), claims);
    }

    static JwtAuthenticationToken authentication(Jwt rest) {
        List<String> scopes = Objects.requireNonNull(rest.getClaimAsStringList(JwtStreamAccess.SCOPE));
        boolean operates = scopes.contains(OPERATE);
        return new JwtAuthenticationToken(rest, operates ? OPERATES : List.of());
    }

    /**
     * What every answer tells a browser: keep nothing, guess no type, frame nothing, run nothing, pass the address on to
     * nobody, and come back over TLS once it was there. Whoever sets a header itself has the last word.
     */
    private static void told(HeadersConfigurer<HttpSecurity> headers) {
        headers.cacheControl(HeadersConfigurer.CacheControlConfig::disable)
                .xssProtection(HeadersConfigurer.XXssConfig::disable)
                .addHeaderWriter(new StaticHeadersWriter(HttpHeaders.CACHE_CONTROL, "no-store"))
                .contentSecurityPolicy(policy -> policy.policyDirectives(NO_CONTENT))
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                .withObjectPostProcessor(new WritesHeadersFirst());
    }

    /** By default the filter waits for the answer to begin, which it does not notice where nothing is gathered before. */
    private static final class WritesHeadersFirst implements ObjectPostProcessor<HeaderWriterFilter> {

        @Override
        public <O extends HeaderWriterFilter> O postProcess(O filter) {
            filter.setShouldWriteHeadersEagerly(true);
            return filter;
        }
    }

    /** Where the issuer cannot be asked the filter would throw, and the container answer 500. */
    private record TellsWhatCannotBeDecided(ProblemEntryPoint entryPoint)
            implements ObjectPostProcessor<BearerTokenAuthenticationFilter> {

        @Override
        public <O extends BearerTokenAuthenticationFilter> O postProcess(O filter) {
            AuthenticationEntryPointFailureHandler failed = new AuthenticationEntryPointFailureHandler(entryPoint);
            failed.setRethrowAuthenticationServiceException(false);
            filter.setAuthenticationFailureHandler(failed);
            return filter;
        }
    }
}
