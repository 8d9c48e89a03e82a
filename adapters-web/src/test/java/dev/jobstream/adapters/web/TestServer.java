package dev.jobstream.adapters.web;

import dev.jobstream.adapters.web.publishing.BodyLimits;
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
import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.ControlJournal;
import dev.jobstream.application.EndReason;
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
import dev.jobstream.application.StreamSettings;
import dev.jobstream.application.StreamThreads;
import dev.jobstream.application.StreamTicker;
import dev.jobstream.application.StreamWorkers;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.memory.MemoryOneTimeStore;
import dev.jobstream.application.quota.QuotaLimits;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.tomcat.websocket.server.WsSci;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatContextCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * A host application on a real container, with everything of ours over the in-memory transport. What a job's name begins
 * with decides how it is treated: {@code anonymous-}, {@code denied-}, {@code unknown-}, {@code readonly-}, {@code short-}
 * (allowed for a second), {@code down-} (its transport is away).
 */
final class TestServer implements AutoCloseable {

    static final StreamSettings SETTINGS = StreamSettings.DEFAULT.withFeed(feed -> feed.withLinger(Duration.ZERO));

    final InMemoryTransport transport;
    final JobEventStreams streams;
    final Revocations revocations;
    final PublicationStreams publications;
    final List<EndReason> ends = new CopyOnWriteArrayList<>();
    final int port;

    private final AtomicLong beats = new AtomicLong();
    private final StreamWorkers workers;
    private final StreamTicker ticker;
    private final ConfigurableApplicationContext context;

    private TestServer(
            StreamSettings settings,
            JournalLimits limits,
            QuotaLimits quotas,
            StreamClock clock,
            String... properties) {
        transport = new InMemoryTransport(limits, 64 * 1024 * 1024, clock::now);
        workers = StreamWorkers.writing();
        StreamMetrics metrics = new StreamMetrics() {
            @Override
            public void streamEnded(EndReason reason) {
                ends.add(reason);
            }

            @Override
            public void heartbeatSent() {
                beats.incrementAndGet();
            }
        };
        SometimesAway away = new SometimesAway(transport);
        revocations = new Revocations(new ControlJournal(transport, transport), Duration.ofHours(1), workers);
        StreamAccess access = new GuardedAccess(new ByName(), revocations, clock::now);
        streams = new JobEventStreams(
                away,
                access,
                new Quotas(quotas, null, System::nanoTime),
                metrics,
                settings,
                new StreamThreads(workers, workers, workers),
                StreamClock.system());
        streams.follow(revocations);
        publications = new PublicationStreams(away, access, metrics, streams);
        publications.follow(revocations);
        ticker = StreamTicker.start(streams, publications, revocations, settings.heartbeat());
        context = new SpringApplicationBuilder(Host.class)
                .properties("server.port=0", "spring.main.banner-mode=off", "server.error.include-message=always")
                .properties(properties)
                .initializers(c -> {
                    var beans = c.getBeanFactory();
                    beans.registerSingleton("streams", streams);
                    beans.registerSingleton("access", access);
                    beans.registerSingleton("publications", publications);
                    beans.registerSingleton("source", away);
                })
                .run();
        port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    static TestServer start() {
        return start(SETTINGS);
    }

    static TestServer start(StreamSettings settings, String... properties) {
        return new TestServer(settings, JournalLimits.DEFAULT, QuotaLimits.NONE, StreamClock.system(), properties);
    }

    static TestServer start(StreamSettings settings, JournalLimits limits, StreamClock clock) {
        return new TestServer(settings, limits, QuotaLimits.NONE, clock);
    }

    /** One with quotas, to which all clients are one subject. */
    static TestServer start(QuotaLimits quotas) {
        return new TestServer(SETTINGS, JournalLimits.DEFAULT, quotas, StreamClock.system());
    }

    /** The heartbeats that were due so far, also where nothing is written for one. */
    long beats() {
        return beats.get();
    }

    EventId publish(String job, String type, String data) {
        return transport.publish(new JobId(job), NewEvent.of(type, data));
    }

    @Override
    public void close() {
        streams.shutDown();
        publications.shutDown();
        context.close();
        ticker.close();
        workers.close();
    }

    private static final class ByName implements StreamAccess {
        @Override
        public AccessDecision toWatch(Principal principal, JobId job) {
            String name = job.value();
            return name.startsWith("anonymous-")
                    ? AccessDecision.unauthenticated()
                    : name.startsWith("denied-")
                            ? AccessDecision.denied()
                            : name.startsWith("unknown-")
                                    ? AccessDecision.unknownJob()
                                    : name.startsWith("short-")
                                            ? AccessDecision.allowedUntil(
                                                    Instant.now().plusSeconds(1))
                                            : AccessDecision.allowed();
        }

        @Override
        public AccessDecision toPublish(Principal principal, JobId job) {
            return job.value().startsWith("readonly-") ? AccessDecision.denied() : toWatch(principal, job);
        }
    }

    private record SometimesAway(InMemoryTransport transport) implements EventSource, EventPublisher {

        private static void check(JobId job) {
            if (job.value().startsWith("down-")) {
                throw new TransportUnavailableException("away at secret-host:6379", null);
            }
        }

        @Override
        public JournalPage readAfter(JobId job, EventId after, int limit) {
            check(job);
            return transport.readAfter(job, after, limit);
        }

        @Override
        public JournalPage readLast(JobId job, int limit) {
            check(job);
            return transport.readLast(job, limit);
        }

        @Override
        public JournalPage readBefore(JobId job, EventId before, int limit) {
            check(job);
            return transport.readBefore(job, before, limit);
        }

        @Override
        public Subscription listen(JobId job, EventListener listener) {
            return transport.listen(job, listener);
        }

        @Override
        public List<EventId> publish(JobId job, List<NewEvent> events) {
            check(job);
            return transport.publish(job, events);
        }

        @Override
        public List<EventId> publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
            check(job);
            return transport.publish(job, events, key);
        }
    }

    /** What a host has, and what assembles our part in it. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Host {

        @Bean
        JobEventTickets tickets(StreamAccess access, JobEventStreams streams) {
            return new JobEventTickets(
                    new MemoryOneTimeStore(InstantSource.system()),
                    access,
                    StreamMetrics.NONE,
                    streams,
                    Duration.ofSeconds(30));
        }

        @Bean
        TicketController ticketController(JobEventTickets tickets) {
            return new TicketController(tickets);
        }

        @Bean
        StreamOpening opening(JobEventStreams streams, JobEventTickets tickets) {
            return new StreamOpening(streams, tickets, new SessionLogins(streams::end), StreamObserver.NONE);
        }

        @Bean
        EventStreamController eventStreamController(StreamOpening opening) {
            return new EventStreamController(opening, ResponseWrites.GATHERED, ClientPresence.UNKNOWN);
        }

        @Bean
        WebSocketController webSocketController(StreamOpening opening) {
            return new WebSocketController(opening);
        }

        @Bean
        EventPageController eventPageController(EventSource source, StreamAccess access, JobEventStreams streams) {
            return new EventPageController(new JobEventPages(source, access, StreamMetrics.NONE, streams));
        }

        @Bean
        PublishController publishController(
                EventPublisher publisher, StreamAccess access, JobEventStreams streams, BodyMemory memory) {
            return new PublishController(
                    new JobEventPublishing(publisher, access, StreamMetrics.NONE, streams), BodyLimits.DEFAULT, memory);
        }

        @Bean
        BodyMemory bodyMemory() {
            return BodyMemory.ofHeap();
        }

        @Bean
        PublisherThreads publisherThreads() {
            return new PublisherThreads(2);
        }

        @Bean
        PublicationStreamController publicationStreamController(
                PublicationStreams publications, BodyMemory memory, PublisherThreads threads) {
            return new PublicationStreamController(
                    publications, memory, threads, SilentPublishers.UP_TO_THE_CONNECTOR, 256 * 1024);
        }

        @Bean
        ProblemAdvice problemAdvice() {
            return new ProblemAdvice();
        }

        @Bean
        WebMvcConfigurer friends() {
            return new WebMvcConfigurer() {
                @Override
                public void addCorsMappings(CorsRegistry registry) {
                    registry.addMapping("/runner-jobs/friends/**").allowedOriginPatterns("https://*.friend.example");
                }
            };
        }

        @Bean
        WebServerFactoryCustomizer<TomcatServletWebServerFactory> webSocketContainer() {
            TomcatContextCustomizer sci = context -> context.addServletContainerInitializer(new WsSci(), null);
            return factory -> factory.addContextCustomizers(sci);
        }

        @Bean
        HostAdvice hostAdvice() {
            return new HostAdvice();
        }

        @Bean
        HostController hostController() {
            return new HostController();
        }
    }

    /** A host that looks after all its exceptions. */
    @RestControllerAdvice
    static class HostAdvice {

        static final List<String> SEEN = new CopyOnWriteArrayList<>();

        @ExceptionHandler(IOException.class)
        void seen(IOException e, HttpServletRequest request) {
            SEEN.add(request.getDispatcherType() + " " + request.getRequestURI() + " " + e);
        }
    }

    @RestController
    static class HostController {

        /** The response that a controller was given for a stream. */
        static final AtomicReference<HttpServletResponse> EMITTED = new AtomicReference<>();

        @GetMapping("/host/emits")
        SseEmitter emits(HttpServletResponse response) {
            EMITTED.set(response);
            SseEmitter emitter = new SseEmitter();
            emitter.complete();
            return emitter;
        }

        @GetMapping("/host")
        Map<String, String> hello() {
            return Map.of("host", "hello");
        }

        @GetMapping("/host/fails")
        void fails() {
            throw new TransportUnavailableException("the host's own", null);
        }
    }
}
