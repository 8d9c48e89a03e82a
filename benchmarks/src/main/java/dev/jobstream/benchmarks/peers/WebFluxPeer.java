package dev.jobstream.benchmarks.peers;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.listener.ReactiveRedisMessageListenerContainer;

/** Spring WebFlux on Netty: one subscription and one parsing a job, shared by the job's clients. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(WebFluxStreams.class)
public class WebFluxPeer {

    @Bean
    NettyReactiveWebServerFactory netty() {
        return new NettyReactiveWebServerFactory();
    }

    @Bean
    ReactiveRedisMessageListenerContainer listeners(ReactiveRedisConnectionFactory connections) {
        return new ReactiveRedisMessageListenerContainer(connections);
    }

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(WebFluxPeer.class);
        application.setWebApplicationType(WebApplicationType.REACTIVE);
        application.setDefaultProperties(
                Map.of("spring.main.banner-mode", "off", "spring.data.redis.repositories.enabled", "false"));
        application.run(args);
    }
}
