package dev.jobstream.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.TransportUnavailableException;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.ValkeyServer;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Hosts that lack something, or bring more than usual. */
class LesserHostTest {

    @RestController
    static class About {

        @GetMapping("/about")
        String about() {
            return "about";
        }
    }

    @EnableAutoConfiguration(
            exclude = {
                JettyServletWebServerAutoConfiguration.class,
                ManagementWebSecurityAutoConfiguration.class,
                ServletWebSecurityAutoConfiguration.class,
                SecurityFilterAutoConfiguration.class,
                UserDetailsServiceAutoConfiguration.class
            })
    @Import(About.class)
    static class WithoutSecurity {}

    static class WithATransportOfItsOwn extends WithoutSecurity {

        private final InMemoryTransport transport =
                new InMemoryTransport(JournalLimits.DEFAULT, 1024 * 1024, InstantSource.system());

        @Bean
        InMemoryTransport itsTransport() {
            return transport;
        }
    }

    @Test
    void withoutAnySecurityThePagesStayOpenAndTheStreamsAreClosed() throws Exception {
        try (RunningHost host = RunningHost.start(WithoutSecurity.class, "jobstream.transport=memory")) {
            assertThat(host.get("/about").body()).isEqualTo("about");
            for (String way : List.of("/events/stream", "/events")) {
                HttpResponse<String> answer = host.get("/runner-jobs/job-1" + way);
                assertThat(answer.statusCode()).as(way).isEqualTo(401);
                assertThat(answer.headers().firstValue("Content-Type")).as(way).hasValue("application/problem+json");
            }
            HttpResponse<String> publish = host.post(
                    "/runner-jobs/job-1/events", "application/json", "{\"event\":\"job.started\",\"data\":{}}");
            assertThat(publish.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aTransportOfTheHostsTakesThePlaceOfOurs() {
        try (RunningHost host = RunningHost.start(WithATransportOfItsOwn.class)) {
            assertThat(host.bean(WithATransportOfItsOwn.class).transport)
                    .isSameAs(host.bean(EventSource.class))
                    .isSameAs(host.bean(EventPublisher.class));
        }
    }

    @Test
    void aHostThatMakesItsBeansLateStreamsAllTheSame() throws Exception {
        try (RunningHost host = RunningHost.start(
                Monolith.class, "jobstream.transport=memory", "spring.main.lazy-initialization=true")) {
            String session = host.logIn(Monolith.USER, Monolith.PASSWORD);
            try (SseClient client = host.watch("alice-1", session)) {
                client.awaitComment(); // of the first block
                client.awaitComment();
                host.publish("alice-1", "job.completed", "{}");
                assertThat(client.toEnd()).extracting(SseClient.Event::type).containsExactly("job.completed");
            }
        }
    }

    @Test
    void startsAndServesWhileValkeyIsAwayAndCatchesUpWhenItIsThere() throws Exception {
        try (ValkeyServer valkey = ValkeyServer.atFreePort();
                RunningHost host = RunningHost.start(
                        Monolith.class,
                        "jobstream.transport=valkey",
                        "spring.data.redis.timeout=1s",
                        "spring.data.redis.host=" + valkey.host(),
                        "spring.data.redis.port=" + valkey.port())) {
            assertThat(host.get("/public/about").body()).isEqualTo("about the monolith");
            String session = host.logIn(Monolith.USER, Monolith.PASSWORD);
            try (SseClient client = host.watch("alice-1", session)) {
                assertThat(client.status()).isEqualTo(200);
                client.awaitComment();
                client.awaitComment();
                client.awaitComment();
                assertThatThrownBy(() -> host.publish("alice-1", "job.started", "{}"))
                        .isInstanceOf(TransportUnavailableException.class);
                HttpResponse<String> publish = host.post(
                        "/runner-jobs/alice-1/events",
                        "application/json",
                        "{\"event\":\"job.started\",\"data\":{}}",
                        session,
                        host.forgeryProtection(session));
                assertThat(publish.statusCode()).isEqualTo(503);
                assertThat(publish.headers().firstValue("Retry-After")).isPresent();

                valkey.start();
                Awaitility.await()
                        .ignoreExceptionsInstanceOf(TransportUnavailableException.class)
                        .until(() -> host.publish("alice-1", "job.completed", "{}") != null);
                assertThat(client.toEnd()).extracting(SseClient.Event::type).containsExactly("job.completed");
            }
        }
    }
}
