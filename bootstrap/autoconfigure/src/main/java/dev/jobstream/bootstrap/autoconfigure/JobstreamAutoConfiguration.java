package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.ControlJournal;
import dev.jobstream.application.GuardedAccess;
import dev.jobstream.application.JobEventPages;
import dev.jobstream.application.JobEventPublishing;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.JobEventTickets;
import dev.jobstream.application.PublicationStreams;
import dev.jobstream.application.Quotas;
import dev.jobstream.application.Revocations;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamThreads;
import dev.jobstream.application.StreamWorkers;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.memory.MemoryOneTimeStore;
import dev.jobstream.bootstrap.observability.ObservabilityConfiguration;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.domain.QuotaLeases;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/**
 * Puts Jobstream into a servlet application: the transport that the property names, the streams, and the endpoints. Every
 * bean yields to one of the host's, and none changes how the host's other beans or URLs behave.
 *
 * <p>The transport yields to an {@link EventSource} of the host's, which must bring an {@link EventPublisher} along. An {@code
 * EventPublisher} alone is taken for one that stands around ours, the bean {@code jobstreamEventPublisher}: made {@code
 * @Primary}, all that is published goes through it, over HTTP too.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties({
    StreamProperties.class,
    WebProperties.class,
    PageProperties.class,
    TransportProperties.class,
    ValkeyProperties.class,
    PublishProperties.class,
    TokenProperties.class,
    TicketProperties.class,
    QuotaProperties.class
})
@Import({
    ValkeyConfiguration.class,
    MissingValkeyConfiguration.class,
    MemoryConfiguration.class,
    WebConfiguration.class,
    AfterCommitConfiguration.class,
    ObservabilityConfiguration.class
})
public class JobstreamAutoConfiguration {

    /** The most jobs whose journals are read at a time: a read takes as long as Valkey does to answer. */
    private static final int READERS = 8;

    private static final int OWN_CONTROL_EVENT_BYTES = 16 * 1024;
    private static final int OWN_CONTROL_BYTES = 16 * 1024 * 1024;

    /** The most questions to the rule of access at a time, about streams that are open: a host may look up the answer. */
    private static final int ASKERS = 2;

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

    @Bean(defaultCandidate = false)
    @Qualifier("jobstreamAskers")
    StreamWorkers jobstreamAskers() {
        return StreamWorkers.asking(ASKERS);
    }

    @Bean(initMethod = "start")
    @ConditionalOnMissingBean
    Quotas jobstreamQuotas(QuotaProperties properties, ObjectProvider<QuotaLeases> leases) {
        return new Quotas(properties.limits(), leases.getIfAvailable(), System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean
    JobEventStreams jobstreamStreams(
            EventSource source,
            StreamAccess access,
            Revocations revocations,
            Quotas quotas,
            ObjectProvider<StreamMetrics> metrics,
            StreamProperties properties,
            TokenProperties token,
            @Qualifier("jobstreamWorkers") StreamWorkers workers,
            @Qualifier("jobstreamReaders") StreamWorkers readers,
            @Qualifier("jobstreamAskers") StreamWorkers askers) {
        return new JobEventStreams(
                source,
                guarded(access, revocations),
                quotas,
                metrics.getIfAvailable(() -> StreamMetrics.NONE),
                properties.settings(token),
                new StreamThreads(workers, readers, askers),
                StreamClock.system());
    }

    @Bean
    @ConditionalOnMissingBean
    JobEventPublishing jobstreamPublishing(
            EventPublisher publisher,
            StreamAccess access,
            Revocations revocations,
            ObjectProvider<StreamMetrics> metrics,
            JobEventStreams streams) {
        return new JobEventPublishing(
                publisher, guarded(access, revocations), metrics.getIfAvailable(() -> StreamMetrics.NONE), streams);
    }

    @Bean
    @ConditionalOnMissingBean
    PublicationStreams jobstreamPublicationStreams(
            EventPublisher publisher,
            StreamAccess access,
            Revocations revocations,
            ObjectProvider<StreamMetrics> metrics,
            JobEventStreams streams) {
        return new PublicationStreams(
                publisher, guarded(access, revocations), metrics.getIfAvailable(() -> StreamMetrics.NONE), streams);
    }

    @Bean
    @ConditionalOnMissingBean
    JobEventPages jobstreamPages(
            EventSource source,
            StreamAccess access,
            Revocations revocations,
            ObjectProvider<StreamMetrics> metrics,
            JobEventStreams streams) {
        return new JobEventPages(
                source, guarded(access, revocations), metrics.getIfAvailable(() -> StreamMetrics.NONE), streams);
    }

    @Bean
    @ConditionalOnMissingBean
    JobEventTickets jobstreamTickets(
            ObjectProvider<OneTimeStore> store,
            StreamAccess access,
            Revocations revocations,
            ObjectProvider<StreamMetrics> metrics,
            JobEventStreams streams,
            TicketProperties properties) {
        return new JobEventTickets(
                store.getIfAvailable(() -> new MemoryOneTimeStore(InstantSource.system())),
                guarded(access, revocations),
                metrics.getIfAvailable(() -> StreamMetrics.NONE),
                streams,
                properties.life());
    }

    /** Where the transport has no control journal, a revocation holds for this node. */
    @Bean
    @ConditionalOnMissingBean
    Revocations jobstreamRevocations(
            ObjectProvider<ControlJournal> control,
            TokenProperties properties,
            @Qualifier("jobstreamReaders") StreamWorkers readers) {
        return new Revocations(
                control.getIfAvailable(JobstreamAutoConfiguration::ownControlJournal), properties.maxLife(), readers);
    }

    private static ControlJournal ownControlJournal() {
        JournalLimits limits = new JournalLimits(Revocations.MOST, Duration.ofDays(7), OWN_CONTROL_EVENT_BYTES);
        InMemoryTransport transport = new InMemoryTransport(limits, OWN_CONTROL_BYTES, InstantSource.system());
        return new ControlJournal(transport, transport);
    }

    private static StreamAccess guarded(StreamAccess rule, Revocations revocations) {
        return new GuardedAccess(rule, revocations, InstantSource.system());
    }

    @Bean
    JobstreamLifecycle jobstreamLifecycle(
            JobEventStreams streams,
            PublicationStreams publications,
            Revocations revocations,
            StreamProperties properties) {
        return new JobstreamLifecycle(streams, publications, revocations, properties.heartbeat(), properties.drain());
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
}
