package dev.jobstream.host;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application that was there before Jobstream: on Tomcat, with pages, a login, Redis and threads of its own. */
@SpringBootApplication(exclude = JettyServletWebServerAutoConfiguration.class)
class Monolith {

    static final String USER = "alice";
    static final String PASSWORD = "wonderland";

    @Configuration(proxyBeanMethods = false)
    static class Security {

        @Bean
        SecurityFilterChain monolithSecurity(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.requestMatchers("/app/**")
                            .authenticated()
                            .anyRequest()
                            .permitAll())
                    .formLogin(Customizer.withDefaults())
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Users {

        @Bean
        UserDetailsService monolithUsers() {
            return new InMemoryUserDetailsManager(
                    User.withUsername(USER).password("{noop}" + PASSWORD).build());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Infrastructure {

        @Bean
        TaskScheduler monolithScheduler() {
            ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
            scheduler.setThreadNamePrefix("monolith-");
            return scheduler;
        }

        @Bean
        RedisTemplate<String, Object> monolithCache(RedisConnectionFactory connections) {
            RedisTemplate<String, Object> template = new RedisTemplate<>();
            template.setConnectionFactory(connections);
            return template;
        }
    }

    /** Who is logged in may watch and publish the jobs that bear the own name; those named "secret" nobody learns of. */
    @Configuration(proxyBeanMethods = false)
    static class Jobs {

        @Bean
        StreamAccess monolithAccess() {
            return new StreamAccess() {
                @Override
                public AccessDecision toWatch(Principal principal, JobId job) {
                    if (principal == null) {
                        return AccessDecision.unauthenticated();
                    }
                    if (job.value().startsWith("secret")) {
                        return AccessDecision.unknownJob();
                    }
                    return job.value().startsWith(principal.getName() + "-")
                            ? AccessDecision.allowed()
                            : AccessDecision.denied();
                }

                @Override
                public AccessDecision toPublish(Principal principal, JobId job) {
                    return toWatch(principal, job);
                }
            };
        }
    }

    @RestController
    static class Pages {

        private final StringRedisTemplate redis;

        Pages(StringRedisTemplate redis) {
            this.redis = redis;
        }

        @GetMapping("/app/home")
        String home(Principal principal) {
            return "hello " + principal.getName();
        }

        @GetMapping("/public/about")
        String about() {
            return "about the monolith";
        }

        @GetMapping("/public/visits")
        String visits() {
            return "visits: " + redis.opsForValue().increment("monolith:visits");
        }

        @GetMapping("/public/fails")
        String fails() {
            throw new IllegalStateException("out of order");
        }

        @GetMapping("/public/sends-error")
        void sendsError(HttpServletResponse response) throws IOException {
            response.sendError(HttpStatus.CONFLICT.value());
        }
    }

    /** Takes every exception there is, as many an application does. */
    @ControllerAdvice
    static class Advice {

        @ExceptionHandler(Exception.class)
        ResponseEntity<String> handle(Exception e) {
            HttpStatusCode status =
                    e instanceof ErrorResponse response ? response.getStatusCode() : HttpStatus.INTERNAL_SERVER_ERROR;
            return ResponseEntity.status(status).body("the monolith says: " + e.getMessage());
        }
    }
}
