package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.StreamWorkers;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.publishing.AfterCommitPublisher;
import dev.jobstream.application.publishing.PublicationRetries;
import dev.jobstream.application.publishing.RetryObserver;
import dev.jobstream.application.publishing.TransactionalPublisher;
import dev.jobstream.application.publishing.Transactions;
import dev.jobstream.domain.EventPublisher;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionSynchronization;

/** Publishing by the application itself, with its transactions where it has some. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RetryProperties.class)
class AfterCommitConfiguration {

    @Bean
    @ConditionalOnMissingBean
    AfterCommitPublisher jobstreamAfterCommitPublisher(
            EventPublisher publisher,
            TransportProperties properties,
            ObjectProvider<Transactions> transactions,
            ObjectProvider<PublicationRetries> retries) {
        Transactions known = transactions.getIfAvailable(() -> Transactions.NONE);
        PublicationRetries waiting = retries.getIfAvailable();
        return waiting == null
                ? TransactionalPublisher.throwing(publisher, properties.journalLimits(), known)
                : TransactionalPublisher.retrying(waiting, properties.journalLimits(), known);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TransactionSynchronization.class)
    static class WithTransactions {

        @Bean
        @ConditionalOnMissingBean
        Transactions jobstreamTransactions() {
            return new SpringTransactions();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty("jobstream.publish.retry.enabled")
    static class WithRetries {

        @Bean(defaultCandidate = false)
        @Qualifier("jobstreamRetrying")
        StreamWorkers jobstreamRetrying() {
            return StreamWorkers.retrying();
        }

        @Bean
        @ConditionalOnMissingBean
        PublicationRetries jobstreamPublicationRetries(
                EventPublisher publisher,
                RetryProperties properties,
                ObjectProvider<RetryObserver> metrics,
                @Qualifier("jobstreamRetrying") StreamWorkers thread) {
            return new PublicationRetries(
                    publisher,
                    properties.limits(),
                    new LoggedRetries(metrics.getIfAvailable(() -> new RetryObserver() {})),
                    thread,
                    StreamClock.system());
        }

        @Bean
        SmartLifecycle jobstreamRetryLifecycle(PublicationRetries retries, StreamProperties properties) {
            return new RetryLifecycle(retries, properties.drain());
        }
    }

    /** Publishes what waits after the last request, and before the transport stops. */
    private static final class RetryLifecycle implements SmartLifecycle {

        private final PublicationRetries retries;
        private final Duration drain;
        private volatile boolean running;

        RetryLifecycle(PublicationRetries retries, Duration drain) {
            this.retries = retries;
            this.drain = drain;
        }

        @Override
        public void start() {
            retries.resume();
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            try {
                retries.shutDown(drain);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        /** Between those of the web server and of the Valkey transport. */
        @Override
        public int getPhase() {
            return DEFAULT_PHASE - 3072;
        }
    }
}
