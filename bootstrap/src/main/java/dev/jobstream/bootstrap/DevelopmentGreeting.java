package dev.jobstream.bootstrap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationListener;

/** Tells who has just started the standalone server how to watch a job. */
final class DevelopmentGreeting implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(DevelopmentGreeting.class);

    private final DevelopmentToken token;
    private final JobstreamProperties properties;

    DevelopmentGreeting(DevelopmentToken token, JobstreamProperties properties) {
        this.token = token;
        this.properties = properties;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        if (!(event.getApplicationContext() instanceof WebServerApplicationContext context)
                || context.getWebServer() == null) {
            return;
        }
        log.info(
                """
                No issuer is configured, so this process trusts a token of its own, for development only, for {} hours. Watch a job:

                curl -N -H "Authorization: Bearer {}" http://localhost:{}/runner-jobs/{}/events/stream
                """,
                DevelopmentToken.VALIDITY.toHours(),
                token.issue(),
                context.getWebServer().getPort(),
                properties.demo() && properties.transport() == JobstreamProperties.Transport.MEMORY
                        ? DemoJob.ID
                        : "my-job");
    }
}
