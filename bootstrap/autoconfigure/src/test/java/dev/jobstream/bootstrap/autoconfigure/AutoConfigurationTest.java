package dev.jobstream.bootstrap.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.adapters.redis.ValkeyTransport;
import dev.jobstream.adapters.web.page.PageController;
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
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.Principal;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
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

    /** The class path of an application with the starter for memory alone. */
    private static final FilteredClassLoader NOTHING_OF_VALKEY = new FilteredClassLoader(
            "dev.jobstream.adapters.redis", "org.springframework.data", "io.lettuce", "io.netty");

    private final WebApplicationContextRunner web = new WebApplicationContextRunner().withConfiguration(OURS);
    private final WebApplicationContextRunner memory = web.withPropertyValues("jobstream.transport=memory");

    /** The memory transport, as a bean of the host's. */
    private static InMemoryTransport transport() {
        return new InMemoryTransport(JournalLimits.DEFAULT, 1024, InstantSource.system());
    }

    @Test
    void thereIsAPageOnlyWhereASettingAsksForIt() {
        memory.run(context -> assertThat(context).doesNotHaveBean(PageController.class));
        memory.withPropertyValues("jobstream.page.enabled=true")
                .run(context -> assertThat(context).hasSingleBean(PageController.class));
        memory.withPropertyValues("jobstream.page.enabled=true", "jobstream.page.path=watch/")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("jobstream.page.path must"));
    }

    @Test
    void memoryIsChosenByName() {
        memory.run(context -> assertThat(context)
                .hasSingleBean(MemoryTransport.class)
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
                        .doesNotHaveBean(MemoryTransport.class));
    }

    @Test
    void valkeyIsTheDefaultWhereItsAdapterIs() {
        web.withPropertyValues("spring.data.redis.port=1")
                .run(context -> assertThat(context)
                        .hasSingleBean(ValkeyTransport.class)
                        .doesNotHaveBean(MemoryTransport.class));
    }

    @Test
    void memoryIsTheDefaultWhereNothingElseIs() {
        web.withClassLoader(NOTHING_OF_VALKEY)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(EventStreamController.class)
                        .hasSingleBean(MemoryTransport.class));
    }

    @Test
    void healthAndMetricsNeedNothingOfValkey() {
        web.withClassLoader(NOTHING_OF_VALKEY)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> {
                    assertThat(context).hasBean("jobstreamStreamMetrics").doesNotHaveBean("jobstreamTransportProblems");
                    assertThat(context.getBean("jobstreamHealthIndicator", HealthIndicator.class)
                                    .health()
                                    .getDetails())
                            .containsEntry("transport", "memory");
                });
    }

    @Test
    void valkeyByNameWithoutItsAdapterSaysWhatIsMissing() {
        WebApplicationContextRunner asked =
                web.withClassLoader(NOTHING_OF_VALKEY).withPropertyValues("jobstream.transport=valkey");
        asked.run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("jobstream-spring-boot-starter-valkey"));
        asked.withBean("theirs", InMemoryTransport.class, AutoConfigurationTest::transport)
                .run(context -> assertThat(context).hasNotFailed());
    }

    /** Over which the driver has no Pub/Sub; whose factory says that it leads to localhost. */
    @Test
    void aFixedListOfReplicasIsRefused() {
        web.withPropertyValues("spring.data.redis.masterreplica.nodes=10.0.0.1:6379,10.0.0.2:6379")
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("spring.data.redis.masterreplica.nodes")
                        .hasMessageContaining("name the primary by spring.data.redis.host"));
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
    void aSourceOfTheHostsMustBringAPublisherAlong() {
        memory.withBean("theirs", EventSource.class, () -> Mockito.mock(EventSource.class))
                .run(context ->
                        assertThat(context).getFailure().hasMessageContaining("dev.jobstream.domain.EventPublisher"));
    }

    @Test
    void aPublisherOfTheHostsStandsAroundOurs() {
        for (WebApplicationContextRunner either :
                List.of(memory, web.withPropertyValues("jobstream.transport=valkey", "spring.data.redis.port=1"))) {
            either.withUserConfiguration(Decorating.class)
                    .run(context -> assertThat(context)
                            .hasNotFailed()
                            .hasSingleBean(EventSource.class)
                            .getBean(EventPublisher.class)
                            .isInstanceOf(Decorator.class));
            either.withBean(DecoratingLater.class, DecoratingLater::new)
                    .run(context -> assertThat(context)
                            .hasNotFailed()
                            .hasSingleBean(EventSource.class)
                            .getBean(EventPublisher.class)
                            .isInstanceOf(Decorator.class));
        }
    }

    private record Decorator(EventPublisher ours) implements EventPublisher {
        @Override
        public List<EventId> publish(JobId job, List<NewEvent> events) {
            return ours.publish(job, events);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Decorating {

        @Bean
        @Primary
        EventPublisher decorator(@Qualifier("jobstreamEventPublisher") EventPublisher ours) {
            return new Decorator(ours);
        }
    }

    private static final class DecoratingLater implements BeanPostProcessor {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            return bean instanceof EventPublisher ours ? new Decorator(ours) : bean;
        }
    }

    @Test
    void itIsLeftOutByItsClass() {
        new WebApplicationContextRunner()
                .withUserConfiguration(WithoutIt.class)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(JobEventStreams.class));
    }

    @EnableAutoConfiguration(exclude = JobstreamAutoConfiguration.class)
    static class WithoutIt {}

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "runner-jobs", "/jobs/", "/jobs/{tenant}", "/jobs/*", "/a//b", "/..", "/a b"})
    void whatIsNoPathIsRefusedAtStart(String path) {
        memory.withPropertyValues("jobstream.path=" + path)
                .run(context ->
                        assertThat(context).getFailure().hasStackTraceContaining("jobstream.path must begin with /"));
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
