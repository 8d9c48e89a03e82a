package com.example.orders;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Whoever knows an order may watch it; those that begin with "secret" nobody does. */
@Configuration(proxyBeanMethods = false)
class OrderAccess {

    @Bean
    StreamAccess access() {
        return new StreamAccess() {
            @Override
            public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
                return job.value().startsWith("secret") ? AccessDecision.unknownJob() : AccessDecision.allowed();
            }

            @Override
            public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
                return toWatch(principal, job);
            }
        };
    }
}
