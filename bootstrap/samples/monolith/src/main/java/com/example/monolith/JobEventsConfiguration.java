package com.example.monolith;

// tag::imports[]
import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.Caller;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.bootstrap.autoconfigure.JwtStreamAccess;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.SecurityFilterChain;
// end::imports[]

/** What Jobstream needs to know: who comes, and who may do what. */
@Configuration(proxyBeanMethods = false)
class JobEventsConfiguration {

    // tag::chain[]
    /** Before the application's other chains, and for the event streams alone: whoever has a session or a token. */
    @Bean
    @Order(0)
    SecurityFilterChain jobEvents(HttpSecurity http) {
        return http.securityMatcher("/runner-jobs/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll()) // StreamAccess decides.
                .oauth2ResourceServer(tokens -> tokens.jwt(Customizer.withDefaults()))
                .build();
    }
    // end::chain[]

    // tag::access[]
    /** Who has logged in watches the own jobs; who brings a token may do what the token says. */
    @Bean
    StreamAccess jobAccess(Jobs jobs) {
        JwtStreamAccess tokens = new JwtStreamAccess(Clock.systemUTC());
        return new StreamAccess() {
            @Override
            public AccessDecision toWatch(@Nullable Principal user, JobId job) {
                if (user == null || user instanceof JwtAuthenticationToken) {
                    return tokens.toWatch(user, job);
                }
                return jobs.isOwnedBy(user.getName(), job) ? AccessDecision.allowed() : AccessDecision.unknownJob();
            }

            @Override
            public AccessDecision toPublish(@Nullable Principal user, JobId job) {
                return tokens.toPublish(user, job);
            }

            @Override
            public Caller caller(Principal user) {
                return tokens.caller(user);
            }
        };
    }
    // end::access[]
}
