package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.JobEventPages;
import dev.jobstream.application.JobEventPublishing;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamWorkers;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.bootstrap.observability.ObservabilityConfiguration;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import java.time.Clock;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/**
 * Puts Jobstream into a servlet application: the transport that the property names, the streams, and the endpoints. Every
 * bean yields to one of the host's, and none changes how the host's other beans or URLs behave.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties({
    StreamProperties.class,
    TransportProperties.class,
    PublishProperties.class,
    TokenProperties.class
})
@Import({ValkeyConfiguration.class, WebConfiguration.class, ObservabilityConfiguration.class})
class JobstreamAutoConfiguration {

    /** The most jobs whose journals are read at a time: a read takes as long as Valkey does to answer. */
    private static final int READERS = 8;

    /** No default candidate: the host's own executor, or Spring Boot's, stays the one that others are given. */
    @Bean(defaultCandidate = false)
    @Qualifier("jobstreamWorkers")
    StreamWorkers jobstreamWorkers() {
        return StreamWorkers.writing();
    }

    @Bean(defaultCandidate = false)
    @Qualifier("jobstreamReaders")
    StreamWorkers jobstreamReaders() {
        return StreamWorkers.reading(READERS);
    }

    @Bean
    @ConditionalOnMissingBean
    JobEventStreams jobstreamStreams(
            EventSource source,
            StreamAccess access,
            ObjectProvider<StreamMetrics> metrics,
            StreamProperties properties,
            @Qualifier("jobstreamWorkers") StreamWorkers workers,
            @Qualifier("jobstreamReaders") StreamWorkers readers) {
        return new JobEventStreams(
                source,
                access,
                metrics.getIfAvailable(() -> StreamMetrics.NONE),
                properties.settings(),
                workers,
                readers,
                StreamClock.system());
    }

    @Bean
    @ConditionalOnMissingBean
    JobEventPublishing jobstreamPublishing(
            EventPublisher publisher,
            StreamAccess access,
            ObjectProvider<StreamMetrics> metrics,
            JobEventStreams streams) {
        return new JobEventPublishing(publisher, access, metrics.getIfAvailable(() -> StreamMetrics.NONE), streams);
    }

    @Bean
    @ConditionalOnMissingBean
    JobEventPages jobstreamPages(
            EventSource source, StreamAccess access, ObjectProvider<StreamMetrics> metrics, JobEventStreams streams) {
        return new JobEventPages(source, access, metrics.getIfAvailable(() -> StreamMetrics.NONE), streams);
    }

    @Bean
    JobstreamLifecycle jobstreamLifecycle(JobEventStreams streams, StreamProperties properties) {
        return new JobstreamLifecycle(streams, properties.heartbeat(), properties.drain());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JwtAuthenticationToken.class)
    @ConditionalOnMissingBean(StreamAccess.class)
    static class Access {

        @Bean
        StreamAccess jobstreamTokenAccess(TokenProperties properties) {
            return new JwtStreamAccess(Clock.systemUTC(), properties.maxLife());
        }
    }

    /** A host without tokens that has not said yet who may watch. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass(
            "org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken")
    @ConditionalOnMissingBean(StreamAccess.class)
    static class NoAccess {

        @Bean
        StreamAccess jobstreamClosedAccess() {
            return new ClosedStreamAccess();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "jobstream.transport", havingValue = "memory")
    @ConditionalOnMissingBean({EventSource.class, EventPublisher.class})
    static class Memory {

        @Bean
        InMemoryTransport jobstreamMemoryTransport(TransportProperties properties) {
            return Setting.take(
                    "memory.max-size",
                    properties.memory().maxSize(),
                    size -> new InMemoryTransport(properties.journalLimits(), size.toBytes(), InstantSource.system()));
        }
    }
}
