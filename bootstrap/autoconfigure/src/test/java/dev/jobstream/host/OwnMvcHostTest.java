package dev.jobstream.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.JobEventStreams;
import dev.jobstream.tools.RawWebSocket;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurationSupport;

/**
 * A host on Jetty that configures Spring MVC all by itself, so that whatever interceptors others have are lost, and some of
 * whose filters get in the way of streams.
 */
@ExtendWith(OutputCaptureExtension.class)
class OwnMvcHostTest {

    private static final String FRIEND = "https://app.friend.example";

    static class OwnMvc extends WebMvcConfigurationSupport {}

    @EnableAutoConfiguration(exclude = TomcatServletWebServerAutoConfiguration.class)
    @Import({Monolith.Jobs.class, Monolith.Users.class, OwnMvc.class})
    static class Host {

        @Bean
        SecurityFilterChain security(HttpSecurity http) {
            CorsConfiguration friends = new CorsConfiguration();
            friends.setAllowedOrigins(List.of(FRIEND));
            friends.setAllowCredentials(true);
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .formLogin(Customizer.withDefaults())
                    .cors(cors -> cors.configurationSource(request -> friends))
                    .build();
        }

        /** One that nobody has told of asynchronous requests. */
        @Bean
        FilterRegistrationBean<Filter> synchronous() {
            FilterRegistrationBean<Filter> filter =
                    new FilterRegistrationBean<>((request, response, chain) -> chain.doFilter(request, response));
            filter.addUrlPatterns("/runner-jobs/alice-sync/*");
            filter.setAsyncSupported(false);
            return filter;
        }

        /** One that looks at all that is written, and knows of blocking writes only. */
        @Bean
        FilterRegistrationBean<Filter> deaf() {
            FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) ->
                    chain.doFilter(request, new DeafResponse((HttpServletResponse) response)));
            filter.addUrlPatterns("/runner-jobs/alice-deaf/*");
            filter.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
            return filter;
        }
    }

    private static final class DeafResponse extends HttpServletResponseWrapper {

        DeafResponse(HttpServletResponse response) {
            super(response);
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            ServletOutputStream out = super.getOutputStream();
            return new ServletOutputStream() {
                @Override
                public void write(int octet) throws IOException {
                    out.write(octet);
                }

                @Override
                public boolean isReady() {
                    throw new UnsupportedOperationException("no listeners here");
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    throw new UnsupportedOperationException("no listeners here");
                }
            };
        }
    }

    private static RunningHost host;

    @BeforeAll
    static void start() {
        host = RunningHost.start(Host.class, "jobstream.transport=memory");
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void whatIsGrantedIsStarted() throws Exception {
        String session = host.logIn(Monolith.USER, Monolith.PASSWORD);
        try (SseClient stream = host.watch("alice-1", session);
                WsClient socket = host.watchBySocket("alice-1", session)) {
            stream.awaitComment(); // of the first block
            stream.awaitComment();
            socket.awaitPing();
            host.publish("alice-1", "job.started", "{}");
            assertThat(stream.next().type()).isEqualTo("job.started");
            assertThat(socket.next()).contains("job.started");

            host.logOut(session);
            assertThat(stream.toEnd())
                    .extracting(SseClient.Event::data)
                    .containsExactly("{\"reason\":\"revoked\",\"reconnect\":false}");
            assertThat(socket.awaitClose()).isEqualTo(new WsClient.Close(1008, "revoked"));
        }
    }

    @ParameterizedTest
    @CsvSource({"101, " + FRIEND, "403, https://evil.example"})
    void theCorsOfTheSecurityChainHoldsForWebSockets(int status, String origin) throws Exception {
        String session = host.logIn(Monolith.USER, Monolith.PASSWORD);
        try (RawWebSocket socket =
                RawWebSocket.open(host.port(), host.events("alice-2") + "/ws", session, "Origin: " + origin)) {
            assertThat(socket.head()).startsWith("HTTP/1.1 " + status);
        }
    }

    @Test
    void whatCannotBeStartedIsRefusedAndGivenBack(CapturedOutput output) throws Exception {
        String session = host.logIn(Monolith.USER, Monolith.PASSWORD);
        JobEventStreams streams = host.bean(JobEventStreams.class);
        Awaitility.await().until(() -> streams.openStreams() == 0); // Those of other tests.

        HttpResponse<String> deaf = host.get(host.events("alice-deaf") + "/stream", session);
        assertThat(deaf.statusCode()).isEqualTo(500);
        assertThat(deaf.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(streams.openStreams()).isZero();
        assertThat(output.getAll()).containsOnlyOnce("it cannot be written to without blocking");

        assertThat(host.get(host.events("alice-sync") + "/stream", session).statusCode())
                .isEqualTo(500);
        assertThat(streams.openStreams()).isZero();
    }
}
