package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.web.publishing.BodyMemory;
import dev.jobstream.adapters.web.publishing.PublicationStreamController;
import dev.jobstream.adapters.web.publishing.PublishController;
import dev.jobstream.adapters.web.publishing.PublisherThreads;
import dev.jobstream.adapters.web.publishing.SilentPublishers;
import dev.jobstream.adapters.web.refusals.ProblemAdvice;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.watching.EventPageController;
import dev.jobstream.adapters.web.watching.EventStreamController;
import dev.jobstream.adapters.web.watching.ResponseWrites;
import dev.jobstream.adapters.web.watching.StreamStartInterceptor;
import dev.jobstream.adapters.web.watching.TicketController;
import dev.jobstream.adapters.web.websocket.WebSocketEndpoint;
import dev.jobstream.application.JobEventPages;
import dev.jobstream.application.JobEventPublishing;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.JobEventTickets;
import dev.jobstream.application.PublicationStreams;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The endpoints. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {

    /** The most publishers' streams for which is appended at a time: an append takes as long as Valkey does to answer. */
    private static final int PUBLISHERS = 8;

    @Bean
    EventStreamController jobstreamEventStreamController(
            JobEventStreams streams, JobEventTickets tickets, ObjectProvider<ResponseWrites> writes) {
        return new EventStreamController(streams, tickets, writes.getIfAvailable(() -> ResponseWrites.GATHERED));
    }

    @Bean
    EventPageController jobstreamEventPageController(JobEventPages pages) {
        return new EventPageController(pages);
    }

    @Bean
    TicketController jobstreamTicketController(JobEventTickets tickets) {
        return new TicketController(tickets);
    }

    @Bean
    PublishController jobstreamPublishController(
            JobEventPublishing publishing, PublishProperties properties, BodyMemory memory) {
        return new PublishController(publishing, properties.bodyLimits(), memory);
    }

    @Bean
    BodyMemory jobstreamBodyMemory() {
        return BodyMemory.ofHeap();
    }

    @Bean
    PublisherThreads jobstreamPublisherThreads() {
        return new PublisherThreads(PUBLISHERS);
    }

    @Bean
    PublicationStreamController jobstreamPublicationStreamController(
            PublicationStreams publications,
            BodyMemory memory,
            PublisherThreads threads,
            ObjectProvider<SilentPublishers> silence,
            TransportProperties properties) {
        return new PublicationStreamController(
                publications,
                memory,
                threads,
                silence.getIfAvailable(() -> SilentPublishers.UP_TO_THE_CONNECTOR),
                Math.toIntExact(properties.maxEventSize().toBytes()));
    }

    @Bean
    ProblemAdvice jobstreamProblemAdvice() {
        return new ProblemAdvice();
    }

    @Bean
    HandlerMapping jobstreamWebSocketMapping(
            JobEventStreams streams, JobEventTickets tickets, ListableBeanFactory beans) {
        return WebSocketEndpoint.mapping(streams, tickets, new HostOrigins(beans));
    }

    @Bean
    WebMvcConfigurer jobstreamStreamStart() {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new StreamStartInterceptor()).addPathPatterns(JobPaths.STREAM);
            }
        };
    }
}
