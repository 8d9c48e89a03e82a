package dev.jobstream.bootstrap.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.publishing.AfterCommitPublisher;
import dev.jobstream.application.publishing.PublicationRetries;
import dev.jobstream.application.publishing.Transactions;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.transaction.support.TransactionSynchronization;

class AfterCommitConfigurationTest {

    private static final JobId JOB = new JobId("job");
    private static final NewEvent EVENT = NewEvent.of("step.output", "{}");

    private final WebApplicationContextRunner memory = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(JobstreamAutoConfiguration.class))
            .withPropertyValues("jobstream.transport=memory");

    /** A transport that is away. */
    private static final EventPublisher AWAY = new EventPublisher() {
        @Override
        public List<EventId> publish(JobId job, List<NewEvent> events) {
            throw new TransportUnavailableException("away on purpose", null);
        }
    };

    @Test
    void withoutSpringsTransactionsEventsLeaveAtOnce() {
        memory.withClassLoader(new FilteredClassLoader(TransactionSynchronization.class.getPackageName()))
                .run(context -> {
                    assertThat(context)
                            .hasSingleBean(AfterCommitPublisher.class)
                            .doesNotHaveBean(Transactions.class);
                    context.getBean(AfterCommitPublisher.class).publish(JOB, EVENT);
                });
    }

    @Test
    void nothingWaitsUnlessItIsAskedFor() {
        memory.run(context -> assertThat(context)
                .hasSingleBean(AfterCommitPublisher.class)
                .hasSingleBean(Transactions.class)
                .doesNotHaveBean(PublicationRetries.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-events=0", "max-size=1B", "max-delay=99ms"})
    void aSettingThatIsOutOfItsRangeIsNamed(String setting) {
        memory.withPropertyValues("jobstream.publish.retry.enabled=true", "jobstream.publish.retry." + setting)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("jobstream.publish.retry." + setting.replaceAll("=.*", "")));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void theOperatorIsToldOnceOfWhatWaitsAndOfWhatIsDropped(CapturedOutput output) {
        memory.withPropertyValues(
                        "jobstream.publish.retry.enabled=true",
                        "jobstream.publish.retry.max-events=2",
                        "jobstream.drain=0s")
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withUserConfiguration(Away.class)
                .run(context -> {
                    AfterCommitPublisher publisher = context.getBean(AfterCommitPublisher.class);
                    for (int i = 0; i < 5; i++) {
                        publisher.publish(JOB, EVENT);
                    }
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    assertThat(meters.get("jobstream.events.waiting").gauge().value())
                            .isEqualTo(2);
                    assertThat(meters.get("jobstream.events.dropped")
                                    .tag("reason", "overflow")
                                    .counter()
                                    .count())
                            .isEqualTo(3);
                });
        assertThat(output)
                .containsOnlyOnce("Events wait in memory to be published: away on purpose")
                .containsOnlyOnce("Events will not be published, the first are 1 of job job: as many wait")
                .contains("Events will not be published, the first are 1 of job job: the application has stopped");
    }

    @Configuration(proxyBeanMethods = false)
    static class Away {

        @Bean
        @Primary
        EventPublisher away() {
            return AWAY;
        }

        @Bean
        InMemoryTransport theirs() {
            return new InMemoryTransport(JournalLimits.DEFAULT, 1_024, InstantSource.system());
        }
    }
}
