package dev.jobstream.bootstrap.standalone;

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
    private static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry("spring.application.name", "jobstream"),
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("spring.data.redis.repositories.enabled", "false"),
            Map.entry("spring.mvc.problemdetails.enabled", "true"),
            // Both read a body before anybody has asked who sends it, and wait for one that does not come.
            Map.entry("spring.mvc.formcontent.filter.enabled", "false"),
            Map.entry("spring.servlet.multipart.enabled", "false"),
            Map.entry("server.shutdown", "graceful"),
            // A token may name 150 jobs, and still come in a header.
            Map.entry("server.max-http-request-header-size", "32KB"),
            Map.entry("logging.level.org.eclipse.jetty", "warn"),
            // It warns of a client that times out just while its request begins or ends: nobody can act on that.
            Map.entry("logging.level.org.eclipse.jetty.ee11.servlet.ServletChannelState", "error"),
            // It warns of each request with a method that is not there: whoever has a token could fill the log.
            Map.entry("logging.level.org.springframework.web.servlet.PageNotFound", "error"),
            Map.entry("jobstream.transport", "memory"),
            Map.entry("jobstream.page.enabled", "true"),
            Map.entry("jobstream.page.path", "/"),
            Map.entry("management.endpoints.web.exposure.include", "health,prometheus,revocations"),
            // Boot's own indicators ask Valkey on the request's thread, or look at a disk that is not used.
            Map.entry("management.health.defaults.enabled", "false"),
            Map.entry("management.health.jobstream.enabled", "true"),
            Map.entry("management.endpoint.health.show-details", "when-authorized"),
            Map.entry("management.endpoint.health.roles", StandaloneSecurity.OPERATE),
            Map.entry("management.endpoint.health.probes.enabled", "true"));

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
