package dev.jobstream.bootstrap.observability;

import dev.jobstream.adapters.web.requests.StreamObserver;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What is observed of streams and publications, in an application that observes anything. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(ObservationRegistry.class)
class ObservationConfiguration {

    @Bean
    UnobservedStreams jobstreamUnobservedStreams(Environment environment) {
        return new UnobservedStreams(environment);
    }

    @Bean
    @ConditionalOnMissingBean
    StreamObserver jobstreamStreamObserver(
            ObjectProvider<ObservationRegistry> observations, ListableBeanFactory beans) {
        ObservationRegistry registry = registry(observations);
        return registry.isNoop() ? StreamObserver.NONE : new ObservedOpening(registry, TransportName.of(beans));
    }

    @Bean
    PublisherObserver jobstreamPublisherObserver(ObjectProvider<ObservationRegistry> observations) {
        ObservationRegistry registry = registry(observations);
        return registry.isNoop()
                ? (publisher, transport) -> publisher
                : (publisher, transport) -> new ObservedPublisher(publisher, transport, registry);
    }

    private static ObservationRegistry registry(ObjectProvider<ObservationRegistry> observations) {
        return observations.getIfAvailable(() -> ObservationRegistry.NOOP);
    }
}
