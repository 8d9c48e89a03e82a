package dev.jobstream.bootstrap.observability;

import dev.jobstream.adapters.redis.TransportProblems;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.publishing.RetryObserver;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The metrics, in an application that has somewhere to register them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
class MetricsConfiguration {

    @Bean
    @ConditionalOnMissingBean(StreamMetrics.class)
    MicrometerStreamMetrics jobstreamStreamMetrics(MeterRegistry registry) {
        return new MicrometerStreamMetrics(registry);
    }

    @Bean
    @ConditionalOnBooleanProperty("jobstream.publish.retry.enabled")
    @ConditionalOnMissingBean(RetryObserver.class)
    MicrometerRetries jobstreamRetryMetrics(MeterRegistry registry) {
        return new MicrometerRetries(registry);
    }

    /** Apart from the rest: nothing of the adapter is loaded in an application that does not have it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TransportProblems.class)
    static class Valkey {

        @Bean
        @ConditionalOnMissingBean(TransportProblems.class)
        MicrometerTransportProblems jobstreamTransportProblems(MeterRegistry registry) {
            return new MicrometerTransportProblems(registry);
        }
    }
}
