package dev.jobstream.benchmarks.peers;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Spring MVC on Tomcat: an {@code SseEmitter} and a listener for each client, virtual threads where the JDK has them. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableScheduling
@Import(MvcStreams.class)
public class MvcPeer {

    @Bean
    TomcatServletWebServerFactory tomcat() {
        return new TomcatServletWebServerFactory();
    }

    /** Instead of Boot's own: on the wire's thread, since the container's own executor would let messages overtake each other. */
    @Bean
    RedisMessageListenerContainer redisMessageListenerContainer(RedisConnectionFactory connections) {
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.setTaskExecutor(Runnable::run);
        return container;
    }

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(MvcPeer.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setDefaultProperties(Map.of(
                "spring.main.banner-mode", "off",
                "spring.data.redis.repositories.enabled", "false",
                "spring.threads.virtual.enabled", "true",
                "server.tomcat.max-connections", "20000"));
        application.run(args);
    }
}
