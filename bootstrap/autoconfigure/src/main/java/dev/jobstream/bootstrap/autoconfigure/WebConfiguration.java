package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.web.page.PageController;
import dev.jobstream.adapters.web.publishing.BodyMemory;
import dev.jobstream.adapters.web.publishing.PublicationStreamController;
import dev.jobstream.adapters.web.publishing.PublishController;
import dev.jobstream.adapters.web.publishing.PublisherThreads;
import dev.jobstream.adapters.web.publishing.SilentPublishers;
import dev.jobstream.adapters.web.refusals.ProblemAdvice;
import dev.jobstream.adapters.web.requests.SessionLogins;
import dev.jobstream.adapters.web.requests.StreamObserver;
import dev.jobstream.adapters.web.requests.StreamOpening;
import dev.jobstream.adapters.web.watching.ClientPresence;
import dev.jobstream.adapters.web.watching.EventPageController;
import dev.jobstream.adapters.web.watching.EventStreamController;
import dev.jobstream.adapters.web.watching.ResponseWrites;
import dev.jobstream.adapters.web.watching.TicketController;
import dev.jobstream.adapters.web.websocket.WebSocketController;
import dev.jobstream.application.JobEventPages;
import dev.jobstream.application.JobEventPublishing;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.JobEventTickets;
import dev.jobstream.application.PublicationStreams;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The endpoints. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {

    /** The most publishers' streams for which is appended at a time: an append takes as long as Valkey does to answer. */
    private static final int PUBLISHERS = 8;

    /** Spring Boot gives it to the servlet container, and Spring Session to its repository, since of its type it is a listener. */
    @Bean
    SessionLogins jobstreamSessionLogins(ObjectProvider<JobEventStreams> streams) {
        // Looked up late: the container is there before much else.
        return new SessionLogins(logins -> streams.getObject().end(logins));
    }

    @Bean
    StreamOpening jobstreamStreamOpening(
            JobEventStreams streams,
            JobEventTickets tickets,
            SessionLogins logins,
            ObjectProvider<StreamObserver> observer) {
        return new StreamOpening(streams, tickets, logins, observer.getIfAvailable(() -> StreamObserver.NONE));
    }

    @Bean
    EventStreamController jobstreamEventStreamController(
            StreamOpening opening, ObjectProvider<ResponseWrites> writes, ObjectProvider<ClientPresence> presence) {
        return new EventStreamController(
                opening,
                writes.getIfAvailable(() -> ResponseWrites.GATHERED),
                presence.getIfAvailable(() -> ClientPresence.UNKNOWN));
    }

    @Bean
    WebSocketController jobstreamWebSocketController(StreamOpening opening) {
        return new WebSocketController(opening);
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
    @ConditionalOnProperty("jobstream.page.enabled")
    PageController jobstreamPageController(PageProperties page, WebProperties web) {
        return new PageController(page.path(), web.path());
    }

    @Bean
    ProblemAdvice jobstreamProblemAdvice() {
        return new ProblemAdvice();
    }
}
