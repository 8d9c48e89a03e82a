package dev.jobstream.bootstrap;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The standalone server: the same auto-configuration that a host gets, with a container and a security of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({StandaloneConfiguration.class, StandaloneSecurity.class})
class JobstreamApplication {

    /** In code rather than in an {@code application.yml}, which a host would find on its class path. */
    private static final Map<String, Object> DEFAULTS = Map.of(
            "spring.application.name", "jobstream",
            "spring.main.banner-mode", "off",
            "spring.data.redis.repositories.enabled", "false",
            "spring.mvc.problemdetails.enabled", "true",
            "server.shutdown", "graceful",
            "logging.level.org.eclipse.jetty", "warn",
            "jobstream.transport", "memory");

    private JobstreamApplication() {}

    static SpringApplication create() {
        SpringApplication application = new SpringApplication(JobstreamApplication.class);
        application.setDefaultProperties(DEFAULTS);
        return application;
    }

    public static void main(String[] args) {
        StopSignal.exitsWithZero();
        create().run(args);
    }
}
