package dev.jobstream.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.JobEventStreams;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.RawWebSocket;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.ReceiverContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.catalina.Context;
import org.apache.catalina.session.ManagerBase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerTypePredicate;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.PathMatchConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * A host on Tomcat that has moved everything there is to move, stands around our publisher, observes requests, lets pages of
 * another origin in, and whose own threads are busy for ever.
 */
class MovedHostTest {

    private static final String FRIEND = "https://app.friend.example";

    @EnableAutoConfiguration(exclude = JettyServletWebServerAutoConfiguration.class)
    @Import({Monolith.Jobs.class, Monolith.Users.class, Renewal.class})
    static class Moved {

        private final List<String> audit = new CopyOnWriteArrayList<>();
        private final List<String> traces = new CopyOnWriteArrayList<>();
        private final CountDownLatch busy = new CountDownLatch(1);

        @Bean
        SecurityFilterChain security(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .formLogin(Customizer.withDefaults())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        WebMvcConfigurer paths() {
            return new WebMvcConfigurer() {
                @Override
                public void configurePathMatch(PathMatchConfigurer paths) {
                    paths.addPathPrefix("/v1", HandlerTypePredicate.forAnnotation(RestController.class));
                }

                @Override
                public void addCorsMappings(CorsRegistry registry) {
                    registry.addMapping("/v1/jobs/live/**")
                            .allowedOrigins(FRIEND)
                            .allowCredentials(true);
                    registry.addMapping("/v1/jobs/live/alice-public/**").allowedOrigins("*");
                }
            };
        }

        @Bean
        @Primary
        EventPublisher audited(@Qualifier("jobstreamEventPublisher") EventPublisher ours) {
            return new EventPublisher() {
                @Override
                public List<EventId> publish(JobId job, List<NewEvent> events) {
                    audit.add(job.value());
                    return ours.publish(job, events);
                }

                @Override
                public List<EventId> publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
                    audit.add(job.value());
                    return ours.publish(job, events, key);
                }
            };
        }

        @Bean
        ObservationHandler<Observation.Context> traces() {
            return new ObservationHandler<>() {
                @Override
                public void onStart(Observation.Context context) {
                    if (context.getName().startsWith("jobstream.")) {
                        traces.add(context.getName() + " " + trace(context));
                    }
                }

                @Override
                public boolean supportsContext(Observation.Context context) {
                    return true;
                }
            };
        }

        private static String trace(Observation.Context context) {
            return context instanceof ReceiverContext<?> received
                            && received.getCarrier() instanceof HttpServletRequest request
                    ? request.getHeader("traceparent")
                    : "of " + (context.getParentObservation() == null ? "nothing" : "its caller");
        }

        @Bean
        ThreadPoolTaskExecutor applicationTaskExecutor() {
            ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
            executor.setMaxPoolSize(1);
            return executor;
        }

        @Bean
        ThreadPoolTaskScheduler taskScheduler() {
            return new ThreadPoolTaskScheduler();
        }

        private void occupy(RunningHost host) {
            host.bean(ThreadPoolTaskExecutor.class).execute(this::work);
            host.bean(ThreadPoolTaskScheduler.class).execute(this::work);
        }

        private void work() {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @RestController
    static class Renewal {

        @PostMapping("/renew")
        String renew(HttpServletRequest request) {
            return request.changeSessionId();
        }
    }

    private static RunningHost host;
    private static Moved moved;
    private static String session;

    @BeforeAll
    static void start() throws Exception {
        host = RunningHost.start(
                Moved.class,
                "jobstream.transport=memory",
                "jobstream.path=/jobs/live",
                "host.prefix=/v1",
                "server.servlet.context-path=/monolith",
                "spring.threads.virtual.enabled=true");
        moved = host.bean(Moved.class);
        moved.occupy(host);
        session = host.logIn(Monolith.USER, Monolith.PASSWORD);
    }

    @AfterAll
    static void stop() {
        moved.busy.countDown();
        host.close();
    }

    private static HttpResponse<String> publish(String job, String type) throws Exception {
        String event = "{\"event\":\"%s\",\"data\":{}}".formatted(type);
        return host.post(host.events(job), "application/json", event, session, host.forgeryProtection(session));
    }

    @Test
    void everyWayIsWhereTheHostPutIt() throws Exception {
        try (SseClient stream = host.watch("alice-1", session);
                WsClient socket = host.watchBySocket("alice-1", session)) {
            stream.awaitComment(); // of the first block
            stream.awaitComment();
            socket.awaitPing();
            assertThat(publish("alice-1", "job.completed").statusCode()).isEqualTo(201);
            assertThat(stream.toEnd()).extracting(SseClient.Event::type).containsExactly("job.completed");
            assertThat(socket.next()).contains("job.completed");
            assertThat(socket.awaitClose().code()).isEqualTo(1000);
        }
        assertThat(host.get(host.events("alice-1"), session).body()).contains("job.completed");
        assertThat(host.post(
                                host.events("alice-1") + "/ticket",
                                "text/plain",
                                "",
                                session,
                                host.forgeryProtection(session))
                        .statusCode())
                .isEqualTo(201);
        for (String before : List.of("/runner-jobs", "/jobs/live", "/v1/runner-jobs")) {
            assertThat(host.get(before + "/alice-1/events", session).statusCode())
                    .as(before)
                    .isEqualTo(404);
        }
    }

    @Test
    void whatStandsAroundOurPublisherHearsOfAllThatIsPublished() throws Exception {
        host.publish("alice-java", "job.started", "{}");
        publish("alice-http", "job.started");
        assertThat(moved.audit).contains("alice-java", "alice-http");
    }

    @ParameterizedTest
    @CsvSource({
        "alice-2, 101, " + FRIEND,
        "alice-2, 403, https://evil.example",
        "alice-public, 403, https://evil.example", // Anybody may read it, but not as alice.
    })
    void theHostsCorsHoldsForWebSockets(String job, int status, String origin) throws Exception {
        String path = "/monolith" + host.events(job) + "/ws";
        try (RawWebSocket socket = RawWebSocket.open(host.port(), path, session, "Origin: " + origin)) {
            assertThat(socket.head()).startsWith("HTTP/1.1 " + status);
        }
    }

    private static void assertRevoked(SseClient stream, WsClient socket) throws IOException {
        assertThat(stream.toEnd())
                .extracting(SseClient.Event::data)
                .containsExactly("{\"reason\":\"revoked\",\"reconnect\":false}");
        assertThat(socket.awaitClose().code()).isEqualTo(1008); // Tomcat may say so itself, in its own words.
    }

    @Test
    void whoLogsOutSeesNoMore() throws Exception {
        String leaving = host.logIn(Monolith.USER, Monolith.PASSWORD);
        try (SseClient stream = host.watch("alice-3", leaving);
                WsClient socket = host.watchBySocket("alice-3", leaving);
                SseClient other = host.watch("alice-3", session)) {
            stream.awaitBlock();
            other.awaitBlock();
            host.logOut(leaving);
            assertRevoked(stream, socket);
            host.publish("alice-3", "job.completed", "{}");
            assertThat(other.toEnd()).extracting(SseClient.Event::type).containsExactly("job.completed");
        }
    }

    @Test
    void aSessionGoesOnUnderAnotherIdAndItsStreamsToo() throws Exception {
        String old = host.logIn(Monolith.USER, Monolith.PASSWORD);
        try (SseClient stream = host.watch("alice-4", old);
                WsClient socket = host.watchBySocket("alice-4", old)) {
            String id = host.post("/v1/renew", "text/plain", "", old, host.forgeryProtection(old))
                    .body();
            host.publish("alice-4", "job.started", "{}");
            assertThat(stream.next().type()).isEqualTo("job.started");
            assertThat(socket.next()).contains("job.started");
            host.logOut("Cookie: JSESSIONID=" + id);
            assertRevoked(stream, socket);
        }
    }

    @Test
    void streamsEndWhenTheSessionExpires() throws Exception {
        String idle = host.logIn(Monolith.USER, Monolith.PASSWORD);
        String id = idle.substring(idle.indexOf('=') + 1);
        try (SseClient stream = host.watch("alice-5", idle);
                WsClient socket = host.watchBySocket("alice-5", idle)) {
            stream.awaitBlock();
            ManagerBase sessions = sessions();
            sessions.findSession(id).setMaxInactiveInterval(1);
            Awaitility.await().until(() -> {
                sessions.processExpires(); // What Tomcat does once a minute.
                return sessions.findSession(id) == null;
            });
            assertRevoked(stream, socket);
        }
    }

    private static ManagerBase sessions() {
        TomcatWebServer server = (TomcatWebServer) ((WebServerApplicationContext) host.context()).getWebServer();
        Context context = (Context) server.getTomcat().getHost().findChildren()[0];
        return (ManagerBase) context.getManager();
    }

    @Test
    void whoComesWithoutASessionGetsNone() throws Exception {
        String credentials = Monolith.USER + ":" + Monolith.PASSWORD;
        String basic = "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        try (SseClient stream = host.watch("alice-6", basic)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Set-Cookie")).isEmpty();
        }
    }

    /** Nor would one that lasts for an hour be the longest request of all. */
    @Test
    void streamsAreNoRequestsThatLastForEver() throws Exception {
        MeterRegistry meters = host.bean(MeterRegistry.class);
        try (SseClient stream = host.watch("alice-7", session);
                WsClient socket = host.watchBySocket("alice-7", session)) {
            stream.awaitBlock();
            publish("alice-7", "job.started");
            host.get(host.events("alice-7"), session);
            assertThat(socket.next()).contains("job.started");
            Awaitility.await().untilAsserted(() -> {
                assertThat(meters.get("http.server.requests").timers())
                        .extracting(timer -> timer.getId().getTag("method") + " "
                                + timer.getId().getTag("uri"))
                        .contains("POST /v1/jobs/live/{jobId}/events", "GET /v1/jobs/live/{jobId}/events");
                assertThat(meters.find("http.server.requests.active").longTaskTimers().stream()
                                .mapToInt(LongTaskTimer::activeTasks)
                                .sum())
                        .isZero();
            });
        }
        Awaitility.await().until(() -> host.bean(JobEventStreams.class).openStreams() == 0);
        assertThat(meters.get("http.server.requests").timers())
                .extracting(timer -> String.valueOf(timer.getId().getTag("uri")))
                .noneMatch(uri -> uri.endsWith("/stream") || uri.endsWith("/ws"));
    }

    private static long count(String name, String... tags) {
        Timer timer = host.bean(MeterRegistry.class).find(name).tags(tags).timer();
        return timer == null ? 0 : timer.count();
    }

    @Test
    void openingsAndPublicationsAreObserved() throws Exception {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        long opened = count("jobstream.open", "format", "event-stream", "outcome", "opened");
        try (SseClient stream = host.watch("alice-8", session, "traceparent: " + trace)) {
            stream.awaitBlock();
        }
        host.get(host.events("bob-1") + "/stream", session);
        host.get(host.events("alice-8") + "/stream?from=never", session);
        host.watchBySocket("alice-8", session).close();
        publish("alice-8", "job.completed");
        publish("alice-8", "job.started");

        assertThat(count("jobstream.open", "transport", "memory", "format", "event-stream", "outcome", "opened"))
                .isEqualTo(opened + 1);
        for (String outcome : List.of("forbidden", "malformed")) {
            assertThat(count("jobstream.open", "format", "event-stream", "outcome", outcome))
                    .as(outcome)
                    .isPositive();
        }
        assertThat(count("jobstream.open", "format", "websocket", "outcome", "opened"))
                .isPositive();
        for (String outcome : List.of("published", "refused")) {
            assertThat(count("jobstream.publish", "transport", "memory", "outcome", outcome))
                    .as(outcome)
                    .isPositive();
        }
        assertThat(moved.traces).contains("jobstream.open " + trace, "jobstream.publish of its caller");
    }
}
