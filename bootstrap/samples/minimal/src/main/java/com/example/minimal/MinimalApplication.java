package com.example.minimal;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * The least there can be: no security, no Valkey, events in the memory of this process. Start it with
 * {@code mvn spring-boot:run}, then watch and make a report:
 *
 * <pre>
 * curl -N localhost:8080/runner-jobs/report-1/events/stream &amp;
 * curl -X POST localhost:8080/reports/report-1
 * </pre>
 */
@SpringBootApplication
public class MinimalApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(MinimalApplication.class, arguments);
    }

    // tag::access[]
    /** Everybody may watch; nobody may publish over HTTP. Without this bean nobody may do either. */
    @Bean
    StreamAccess streamAccess() {
        return new StreamAccess() {
            @Override
            public AccessDecision toWatch(@Nullable Principal user, JobId job) {
                return AccessDecision.allowed();
            }

            @Override
            public AccessDecision toPublish(@Nullable Principal user, JobId job) {
                return AccessDecision.denied();
            }
        };
    }
    // end::access[]
}
