package dev.jobstream.bootstrap.observability;

import dev.jobstream.adapters.redis.ValkeyTransport;
import dev.jobstream.application.JobEventStreams;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the health endpoint says of the streams, in an application that has one. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
class HealthConfiguration {

    // Not on the class: there it would be loaded where it does not exist.
    @Bean
    @ConditionalOnEnabledHealthIndicator("jobstream")
    @ConditionalOnMissingBean(name = "jobstreamHealthIndicator")
    HealthIndicator jobstreamHealthIndicator(
            JobEventStreams streams, ObjectProvider<TransportState> state, BeanFactory beans) {
        String name = TransportName.of(beans);
        return new TransportHealth(streams, state.getIfAvailable(() -> TransportState.present(name)));
    }

    /** Apart from the rest: nothing of the adapter is loaded in an application that does not have it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ValkeyTransport.class)
    @ConditionalOnBean(ValkeyTransport.class)
    static class Valkey {

        @Bean
        TransportState jobstreamValkeyState(ValkeyTransport transport) {
            return new ValkeyState(transport);
        }
    }
}
