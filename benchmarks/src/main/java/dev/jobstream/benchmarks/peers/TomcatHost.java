package dev.jobstream.benchmarks.peers;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.context.annotation.Bean;

/** No peer, but an application on Tomcat that Jobstream is a part of: everybody may watch, and nobody is asked for a token. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class TomcatHost {

    @Bean
    TomcatServletWebServerFactory tomcat() {
        return new TomcatServletWebServerFactory();
    }

    @Bean
    StreamAccess everybody() {
        return new StreamAccess() {
            @Override
            public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
                return AccessDecision.allowed();
            }

            @Override
            public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
                return AccessDecision.allowed();
            }
        };
    }

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(TomcatHost.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setDefaultProperties(Map.of(
                "spring.main.banner-mode", "off",
                "spring.data.redis.repositories.enabled", "false",
                "server.tomcat.max-connections", "20000",
                "server.tomcat.accept-count", "4096"));
        application.run(args);
    }
}
