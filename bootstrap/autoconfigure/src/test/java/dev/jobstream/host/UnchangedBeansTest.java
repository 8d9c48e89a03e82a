package dev.jobstream.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ValkeyServer;
import jakarta.servlet.Filter;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ViewResolver;
import tools.jackson.databind.json.JsonMapper;

/** The beans of one and the same host with Jobstream and without it. */
class UnchangedBeansTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(7);

    private static RunningHost start(String transport, String... settings) {
        ValkeyServer valkey = ValkeyServer.shared();
        String[] all = {
            "jobstream.transport=" + transport,
            "spring.data.redis.host=" + valkey.host(),
            "spring.data.redis.port=" + valkey.port(),
            "spring.data.redis.timeout=" + TIMEOUT.toSeconds() + "s",
            settings.length == 0 ? "host.unused=" : settings[0]
        };
        return RunningHost.start(Monolith.class, all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "valkey"})
    void areTheSame(String transport) {
        try (RunningHost with = start(transport);
                RunningHost without = start(
                        transport,
                        "spring.autoconfigure.exclude=dev.jobstream.bootstrap.autoconfigure.JobstreamAutoConfiguration")) {
            Map<String, String> theirs = beans(without.context());
            Map<String, String> all = beans(with.context());
            assertThat(all).containsAllEntriesOf(theirs);

            Map<String, String> added = new TreeMap<>(all);
            added.keySet().removeAll(theirs.keySet());
            assertThat(added.keySet())
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(name).contains("jobstream"));

            assertThat(candidates(with.context())).isEqualTo(candidates(without.context()));
            assertThat(candidates(with.context()))
                    .containsEntry("SecurityFilterChain", Set.of("monolithSecurity"))
                    .containsEntry("RedisConnectionFactory", Set.of("redisConnectionFactory"));
            assertThat(with.context().getBean("applicationTaskExecutor")).isInstanceOf(Executor.class);
            assertThat(with.bean(RedisConnectionFactory.class))
                    .isInstanceOfSatisfying(
                            LettuceConnectionFactory.class,
                            connections -> assertThat(connections.getTimeout()).isEqualTo(TIMEOUT.toMillis()));
        }
    }

    /** Every bean's class; proxies and lambdas, whose names are made up as they come, without the made-up part. */
    private static Map<String, String> beans(ConfigurableApplicationContext context) {
        Map<String, String> beans = new TreeMap<>();
        for (String name : context.getBeanDefinitionNames()) {
            if (context.getBeanFactory().getBeanDefinition(name).isLazyInit()) {
                beans.put(name, "lazy");
            } else {
                String type = context.getBean(name).getClass().getName();
                beans.put(name, type.replaceAll("\\$\\$.*|\\d+$", ""));
            }
        }
        return beans;
    }

    private static Map<String, Set<String>> candidates(ConfigurableApplicationContext context) {
        InjectionPoints points = new InjectionPoints();
        context.getAutowireCapableBeanFactory().autowireBean(points);
        return points.candidates;
    }

    /** What a bean of the host is given that asks for all of a type. */
    private static final class InjectionPoints {

        private final Map<String, Set<String>> candidates = new TreeMap<>();

        @Autowired
        void executors(Map<String, Executor> found) {
            candidates.put("Executor", new TreeSet<>(found.keySet()));
        }

        @Autowired
        void schedulers(Map<String, TaskScheduler> found) {
            candidates.put("TaskScheduler", new TreeSet<>(found.keySet()));
        }

        @Autowired
        void connections(Map<String, RedisConnectionFactory> found) {
            candidates.put("RedisConnectionFactory", new TreeSet<>(found.keySet()));
        }

        @Autowired
        void templates(Map<String, StringRedisTemplate> found) {
            candidates.put("StringRedisTemplate", new TreeSet<>(found.keySet()));
        }

        @Autowired(required = false)
        void listenerContainers(Map<String, RedisMessageListenerContainer> found) {
            candidates.put("RedisMessageListenerContainer", new TreeSet<>(found.keySet()));
        }

        @Autowired
        void securityFilterChains(Map<String, SecurityFilterChain> found) {
            candidates.put("SecurityFilterChain", new TreeSet<>(found.keySet()));
        }

        @Autowired
        void filters(Map<String, Filter> found) {
            candidates.put("Filter", new TreeSet<>(found.keySet()));
        }

        @Autowired
        void mappers(Map<String, JsonMapper> found) {
            candidates.put("JsonMapper", new TreeSet<>(found.keySet()));
        }

        @Autowired
        void exceptionResolvers(Map<String, HandlerExceptionResolver> found) {
            candidates.put("HandlerExceptionResolver", new TreeSet<>(found.keySet()));
        }

        @Autowired
        void viewResolvers(Map<String, ViewResolver> found) {
            candidates.put("ViewResolver", new TreeSet<>(found.keySet()));
        }

        @Autowired
        void errorAttributes(Map<String, ErrorAttributes> found) {
            candidates.put("ErrorAttributes", new TreeSet<>(found.keySet()));
        }
    }
}
