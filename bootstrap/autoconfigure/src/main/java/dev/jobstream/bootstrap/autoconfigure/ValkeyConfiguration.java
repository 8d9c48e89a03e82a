package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.redis.PubSub;
import dev.jobstream.adapters.redis.TransportProblems;
import dev.jobstream.adapters.redis.ValkeyTransport;
import dev.jobstream.application.ControlJournal;
import dev.jobstream.bootstrap.observability.PublisherObserver;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.domain.QuotaLeases;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/** Valkey as the transport, over connections of its own to where the application's go. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnTransport(TransportProperties.Transport.VALKEY)
@ConditionalOnClass({ValkeyTransport.class, RedisConnectionFactory.class})
@ConditionalOnMissingBean(EventSource.class)
class ValkeyConfiguration {

    @Bean
    ValkeyConnections jobstreamValkeyConnections(RedisConnectionFactory connections) {
        return new ValkeyConnections(connections);
    }

    @Bean
    ValkeyTransport jobstreamValkeyTransport(
            ValkeyConnections connections,
            TransportProperties properties,
            ValkeyProperties valkey,
            ObjectProvider<TransportProblems> problems) {
        PubSub pubSub = Setting.take(
                "valkey.pubsub", PubSub.valueOf(valkey.pubsub().name()), wanted -> wanted.at(connections.factory()));
        return Setting.take(
                "namespace",
                properties.namespace(),
                namespace -> new ValkeyTransport(
                        connections.factory(),
                        properties.journalLimits(),
                        namespace,
                        pubSub,
                        problems.getIfAvailable(() -> TransportProblems.IGNORED)));
    }

    @Bean(destroyMethod = "")
    EventSource jobstreamEventSource(ValkeyTransport transport) {
        return transport.source();
    }

    @Bean
    EventPublisher jobstreamEventPublisher(ValkeyTransport transport, ObjectProvider<PublisherObserver> observer) {
        return PublisherObserver.observe(transport.publisher(), "valkey", observer);
    }

    @Bean
    @ConditionalOnMissingBean
    ControlJournal jobstreamControlJournal(ValkeyTransport transport) {
        return new ControlJournal(transport.controlSource(), transport.controlPublisher());
    }

    @Bean
    @ConditionalOnMissingBean
    OneTimeStore jobstreamOneTimeStore(ValkeyTransport transport) {
        return transport.oneTimeStore();
    }

    @Bean
    QuotaLeases jobstreamQuotaLeases(ValkeyTransport transport, QuotaProperties properties) {
        return transport.quotaLeases(properties.lease());
    }

    @Bean
    SmartLifecycle jobstreamValkeyLifecycle(ValkeyTransport transport) {
        return new TransportLifecycle(transport);
    }

    /** Listening begins before the web server takes requests, and ends after the last of them. */
    private record TransportLifecycle(ValkeyTransport transport) implements SmartLifecycle {

        @Override
        public void start() {
            transport.start();
        }

        @Override
        public void stop() {
            transport.stop();
        }

        @Override
        public boolean isRunning() {
            return transport.isRunning();
        }

        @Override
        public int getPhase() {
            return DEFAULT_PHASE - 4096;
        }
    }
}
