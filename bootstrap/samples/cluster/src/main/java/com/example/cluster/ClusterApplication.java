package com.example.cluster;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * Runs builds on virtual threads, and has their events in a Valkey Cluster. Start it with {@code mvn spring-boot:run} on a
 * JDK 21 or later, then watch and run a build:
 *
 * <pre>
 * curl -N localhost:8080/runner-jobs/build-1/events/stream &amp;
 * curl -X POST localhost:8080/builds/build-1
 * </pre>
 */
@SpringBootApplication
public class ClusterApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(ClusterApplication.class, arguments);
    }

    /** Everybody may do everything, as befits an example. */
    @Bean
    StreamAccess streamAccess() {
        return new StreamAccess() {
            @Override
            public AccessDecision toWatch(@Nullable Principal user, JobId job) {
                return AccessDecision.allowed();
            }

            @Override
            public AccessDecision toPublish(@Nullable Principal user, JobId job) {
                return AccessDecision.allowed();
            }
        };
    }
}
