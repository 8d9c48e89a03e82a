package dev.jobstream.bootstrap.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.adapters.redis.ValkeyTransport;
import dev.jobstream.adapters.web.watching.EventStreamController;
import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.JobEventPages;
import dev.jobstream.application.JobEventPublishing;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.application.StreamSettings;
import dev.jobstream.application.StreamStart;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.Principal;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/** What each condition of the auto-configuration decides. */
class AutoConfigurationTest {

    private static final AutoConfigurations OURS =
            AutoConfigurations.of(DataRedisAutoConfiguration.class, JobstreamAutoConfiguration.class);
    private static final StreamAccess EVERYBODY = new StreamAccess() {
        @Override
        public AccessDecision toWatch(Principal principal, JobId job) {
            return AccessDecision.allowed();
        }

        @Override
        public AccessDecision toPublish(Principal principal, JobId job) {
            return AccessDecision.allowed();
        }
    };

    private final WebApplicationContextRunner web = new WebApplicationContextRunner().withConfiguration(OURS);
    private final WebApplicationContextRunner memory = web.withPropertyValues("jobstream.transport=memory");

    /** The memory transport, as a bean of the host's. */
    private static InMemoryTransport transport() {
        return new InMemoryTransport(JournalLimits.DEFAULT, 1024, InstantSource.system());
    }

    @Test
    void memoryIsChosenByName() {
        memory.run(context -> assertThat(context)
                .hasSingleBean(InMemoryTransport.class)
                .hasSingleBean(EventSource.class)
                .hasSingleBean(EventPublisher.class)
                .doesNotHaveBean(ValkeyTransport.class)
                .doesNotHaveBean(ValkeyConnections.class));
    }

    @Test
    void valkeyIsChosenByName() {
        web.withPropertyValues("jobstream.transport=valkey", "spring.data.redis.port=1")
                .run(context -> assertThat(context)
                        .hasSingleBean(ValkeyTransport.class)
                        .hasSingleBean(EventSource.class)
                        .hasSingleBean(EventPublisher.class)
                        .doesNotHaveBean(InMemoryTransport.class));
    }

    @Test
    void valkeyIsTheDefault() {
        web.withPropertyValues("spring.data.redis.port=1")
                .run(context -> assertThat(context)
                        .hasSingleBean(ValkeyTransport.class)
                        .doesNotHaveBean(InMemoryTransport.class));
    }

    @Test
    void anotherTransportIsRefused() {
        web.withPropertyValues("jobstream.transport=carrier-pigeon")
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void aTransportOfTheHostsReplacesEither() {
        for (String name : new String[] {"memory", "valkey"}) {
            web.withPropertyValues("jobstream.transport=" + name)
                    .withBean("theirs", InMemoryTransport.class, AutoConfigurationTest::transport)
                    .run(context -> assertThat(context)
                            .getBean(EventSource.class)
                            .isSameAs(context.getBean("theirs"))
                            .isSameAs(context.getBean(EventPublisher.class)));
        }
    }

    @Test
    void tokensDecideUnlessTheHostDoes() {
        memory.run(context -> assertThat(context).getBean(StreamAccess.class).isInstanceOf(JwtStreamAccess.class));
        memory.withBean(StreamAccess.class, () -> EVERYBODY)
                .run(context -> assertThat(context).getBean(StreamAccess.class).isSameAs(EVERYBODY));
    }

    @Test
    void withoutTokensNobodyIsLetInUnlessTheHostSaysSo() {
        WebApplicationContextRunner bare =
                memory.withClassLoader(new FilteredClassLoader(JwtAuthenticationToken.class));
        bare.run(context -> {
            StreamAccess access = context.getBean(StreamAccess.class);
            assertThat(access.toWatch(null, new JobId("job-1"))).isEqualTo(AccessDecision.unauthenticated());
            assertThat(access.toPublish(null, new JobId("job-1"))).isEqualTo(AccessDecision.unauthenticated());
            assertThat(access.toWatch(() -> "alice", new JobId("job-1"))).isEqualTo(AccessDecision.denied());
        });
        bare.withBean(StreamAccess.class, () -> EVERYBODY)
                .run(context -> assertThat(context).getBean(StreamAccess.class).isSameAs(EVERYBODY));
    }

    @Test
    void withoutSpringSecurityItStarts() {
        memory.withClassLoader(new FilteredClassLoader("org.springframework.security", "com.nimbusds"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(EventStreamController.class));
    }

    @Test
    void healthIsToldWhereThereIsSomebodyToTell() {
        memory.run(context -> assertThat(context).hasBean("jobstreamHealthIndicator"));
        memory.withPropertyValues("management.health.jobstream.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("jobstreamHealthIndicator"));
        memory.withClassLoader(new FilteredClassLoader(
                        "org.springframework.boot.health", "org.springframework.boot.actuate", "io.micrometer"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(EventStreamController.class)
                        .doesNotHaveBean("jobstreamHealthIndicator")
                        .doesNotHaveBean("jobstreamStreamMetrics"));
    }

    @Test
    void metricsAreCountedWhereThereIsARegistry() {
        memory.run(context -> assertThat(context).doesNotHaveBean(StreamMetrics.class));
        memory.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context ->
                        assertThat(context).hasBean("jobstreamStreamMetrics").hasBean("jobstreamTransportProblems"));
        memory.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean("theirs", StreamMetrics.class, () -> StreamMetrics.NONE)
                .run(context -> assertThat(context).doesNotHaveBean("jobstreamStreamMetrics"));
    }

    @Test
    void theMetricsOfTheHostAreUsed() {
        AtomicInteger opened = new AtomicInteger();
        StreamMetrics theirs = new StreamMetrics() {
            @Override
            public void streamOpened() {
                opened.incrementAndGet();
            }
        };
        memory.withBean(StreamAccess.class, () -> EVERYBODY)
                .withBean("theirs", StreamMetrics.class, () -> theirs)
                .run(context -> {
                    context.getBean(JobEventStreams.class)
                            .open(new StreamRequest(new JobId("job-1"), StreamStart.beginning(), null))
                            .close();
                    assertThat(opened).hasValue(1);
                });
    }

    @Test
    void theHostsPublishingAndPagesReplaceOurs() {
        memory.run(context ->
                assertThat(context).hasSingleBean(JobEventPublishing.class).hasSingleBean(JobEventPages.class));
        JobEventStreams streams = new JobEventStreams(
                transport(),
                EVERYBODY,
                StreamMetrics.NONE,
                StreamSettings.DEFAULT,
                Runnable::run,
                StreamClock.system());
        memory.withBean(
                        "theirPublishing",
                        JobEventPublishing.class,
                        () -> new JobEventPublishing(transport(), EVERYBODY, StreamMetrics.NONE, streams))
                .withBean(
                        "theirPages",
                        JobEventPages.class,
                        () -> new JobEventPages(transport(), EVERYBODY, StreamMetrics.NONE, streams))
                .run(context -> assertThat(context)
                        .hasSingleBean(JobEventPublishing.class)
                        .hasSingleBean(JobEventPages.class)
                        .hasBean("theirPublishing")
                        .hasBean("theirPages"));
    }

    @Test
    void theHostsStreamsReplaceOurs() {
        memory.withBean(
                        "theirs",
                        JobEventStreams.class,
                        () -> new JobEventStreams(
                                transport(),
                                EVERYBODY,
                                StreamMetrics.NONE,
                                StreamSettings.DEFAULT,
                                Runnable::run,
                                StreamClock.system()))
                .run(context ->
                        assertThat(context).getBean(JobEventStreams.class).isSameAs(context.getBean("theirs")));
    }

    @Test
    void anApplicationWithoutAWebServerGetsNothing() {
        new ApplicationContextRunner()
                .withConfiguration(OURS)
                .withPropertyValues("jobstream.transport=memory")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(JobEventStreams.class)
                        .doesNotHaveBean(EventSource.class)
                        .doesNotHaveBean(StreamProperties.class)
                        .doesNotHaveBean(EventStreamController.class));
    }
}
