package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.domain.EventSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Ends the start where Valkey is asked for by name and its adapter is not there. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnTransport(TransportProperties.Transport.VALKEY)
@ConditionalOnMissingClass("dev.jobstream.adapters.redis.ValkeyTransport")
@ConditionalOnMissingBean(EventSource.class)
class MissingValkeyConfiguration {

    /** @throws InvalidConfigurationPropertyValueException always */
    @Bean
    EventSource jobstreamEventSource() {
        throw new InvalidConfigurationPropertyValueException(
                "jobstream.transport",
                "valkey",
                "Valkey needs the dependency dev.jobstream:jobstream-spring-boot-starter-valkey");
    }
}
