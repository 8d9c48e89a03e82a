package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.bootstrap.observability.PublisherObserver;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The memory of this process as the transport. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnTransport(TransportProperties.Transport.MEMORY)
@ConditionalOnMissingBean(EventSource.class)
class MemoryConfiguration {

    @Bean
    MemoryTransport jobstreamMemoryTransport(TransportProperties properties) {
        return Setting.take(
                "memory.max-size",
                properties.memory().maxSize(),
                size -> new MemoryTransport(
                        new InMemoryTransport(properties.journalLimits(), size.toBytes(), InstantSource.system())));
    }

    @Bean
    EventSource jobstreamEventSource(MemoryTransport transport) {
        return new Source(transport.journals());
    }

    @Bean
    EventPublisher jobstreamEventPublisher(MemoryTransport transport, ObjectProvider<PublisherObserver> observer) {
        return PublisherObserver.observe(new Publisher(transport.journals()), "memory", observer);
    }

    /** A bean is found by all that it is: this one is no publisher. */
    private record Source(InMemoryTransport journals) implements EventSource {

        @Override
        public JournalPage readAfter(JobId job, EventId after, int limit) {
            return journals.readAfter(job, after, limit);
        }

        @Override
        public JournalPage readLast(JobId job, int limit) {
            return journals.readLast(job, limit);
        }

        @Override
        public JournalPage readBefore(JobId job, EventId before, int limit) {
            return journals.readBefore(job, before, limit);
        }

        @Override
        public Subscription listen(JobId job, EventListener listener) {
            return journals.listen(job, listener);
        }
    }

    private record Publisher(InMemoryTransport journals) implements EventPublisher {

        @Override
        public List<EventId> publish(JobId job, List<NewEvent> events) {
            return journals.publish(job, events);
        }

        @Override
        public List<EventId> publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
            return journals.publish(job, events, key);
        }
    }
}
