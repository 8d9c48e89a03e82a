package dev.jobstream.bootstrap.observability;

import dev.jobstream.application.Revocations;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The operator's way to take permissions back, in an application that exposes it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
class RevocationsConfiguration {

    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = RevocationsEndpoint.class)
    RevocationsEndpoint jobstreamRevocationsEndpoint(Revocations revocations) {
        return new RevocationsEndpoint(revocations);
    }
}
