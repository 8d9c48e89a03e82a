package com.example.prefix;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * Behind a proxy that ends TLS and gives the application a path of its own, {@code nginx.conf}. Spring's
 * {@code ForwardedHeaderFilter} has it know the address that its clients see: its links lead there, and a WebSocket that a
 * page of that address opens counts as one of the same origin.
 */
@SpringBootApplication
public class PrefixApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(PrefixApplication.class, arguments);
    }

    /** Everybody may do everything: the proxy is the only one that can reach it. */
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
