package dev.jobstream.conformance;

import dev.jobstream.tools.TokenMint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Applications on Tomcat, in this process. */
final class Apps {

    static final TokenMint MINT = TokenMint.create();

    private Apps() {}

    /** A host whose users have tokens. */
    @EnableAutoConfiguration
    static class Host {

        @Bean
        SecurityFilterChain tokens(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .csrf(AbstractHttpConfigurer::disable)
                    .oauth2ResourceServer(tokens -> tokens.jwt(Customizer.withDefaults()))
                    .build();
        }
    }

    /** What is written first: a list of emitters for each job, and a loop that sends to them. */
    @EnableAutoConfiguration(excludeName = "dev.jobstream.bootstrap.autoconfigure.JobstreamAutoConfiguration")
    @Import(Naive.Streams.class)
    static class Naive {

        @Bean
        SecurityFilterChain open(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .csrf(AbstractHttpConfigurer::disable)
                    .build();
        }

        record Published(String event, Map<String, Object> data) {}

        @RestController
        static class Streams {

            private final Map<String, List<SseEmitter>> emitters = new ConcurrentHashMap<>();

            @GetMapping("/runner-jobs/{job}/events/stream")
            SseEmitter stream(@PathVariable String job) throws IOException {
                SseEmitter emitter = new SseEmitter(0L);
                List<SseEmitter> ofJob = emitters.computeIfAbsent(job, unknown -> new CopyOnWriteArrayList<>());
                ofJob.add(emitter);
                emitter.onCompletion(() -> ofJob.remove(emitter));
                // Without it the answer itself would wait for the first event.
                emitter.send(SseEmitter.event().comment("connected"));
                return emitter;
            }

            @PostMapping("/runner-jobs/{job}/events")
            @ResponseStatus(HttpStatus.ACCEPTED)
            void publish(@PathVariable String job, @RequestBody Published event) {
                for (SseEmitter emitter : emitters.getOrDefault(job, List.of())) {
                    try {
                        emitter.send(SseEmitter.event().name(event.event()).data(event.data()));
                    } catch (IOException | IllegalStateException e) {
                        emitter.completeWithError(e);
                    }
                }
            }
        }
    }

    /** @param settings {@code name=value} */
    static ConfigurableApplicationContext start(Class<?> application, String... settings) {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off"));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(arguments::add);
        return new SpringApplication(application).run(arguments.toArray(String[]::new));
    }

    /** The host with its events kept in memory, and not too many of them, below {@code /app/jobs}. */
    static ConfigurableApplicationContext startHost() {
        return start(
                Host.class,
                "server.servlet.context-path=/app",
                "jobstream.path=/jobs",
                "jobstream.transport=memory",
                "jobstream.heartbeat=500ms",
                "jobstream.journal.max-events=" + Tokens.RETAINED,
                "spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + MINT.publicKey(),
                "spring.security.oauth2.resourceserver.jwt.audiences=" + TokenMint.AUDIENCE);
    }

    static int port(ConfigurableApplicationContext context) {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
    }
}
