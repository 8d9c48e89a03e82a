package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.redis.TransportProblems;
import dev.jobstream.adapters.redis.ValkeyEventPublisher;
import dev.jobstream.adapters.redis.ValkeyEventSource;
import dev.jobstream.adapters.redis.ValkeyTransport;
import dev.jobstream.application.ControlJournal;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.domain.QuotaLeases;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/** Valkey as the transport, over connections of its own to where the application's go. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "jobstream.transport", havingValue = "valkey", matchIfMissing = true)
@ConditionalOnMissingBean({EventSource.class, EventPublisher.class})
class ValkeyConfiguration {

    @Bean
    ValkeyConnections jobstreamValkeyConnections(RedisConnectionFactory connections) {
        return new ValkeyConnections(connections);
    }

    @Bean
    ValkeyTransport jobstreamValkeyTransport(
            ValkeyConnections connections, TransportProperties properties, ObjectProvider<TransportProblems> problems) {
        try {
            return new ValkeyTransport(
                    connections.factory(),
                    properties.journalLimits(),
                    properties.namespace(),
                    problems.getIfAvailable(() -> TransportProblems.IGNORED));
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(
                    "jobstream.namespace", properties.namespace(), String.valueOf(e.getMessage()));
        }
    }

    @Bean(destroyMethod = "")
    ValkeyEventSource jobstreamEventSource(ValkeyTransport transport) {
        return transport.source();
    }

    @Bean
    ValkeyEventPublisher jobstreamEventPublisher(ValkeyTransport transport) {
        return transport.publisher();
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
