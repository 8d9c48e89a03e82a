package dev.jobstream.bootstrap.standalone;

import dev.jobstream.adapters.web.publishing.SilentPublishers;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.watching.ResponseWrites;
import dev.jobstream.bootstrap.autoconfigure.MemoryTransport;
import dev.jobstream.bootstrap.autoconfigure.PageProperties;
import dev.jobstream.bootstrap.autoconfigure.StreamProperties;
import dev.jobstream.bootstrap.autoconfigure.WebProperties;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.webmvc.autoconfigure.WebMvcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What the standalone server has beyond what a host gets: its container's tuning, a development token, the demo job. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StandaloneProperties.class)
class StandaloneConfiguration {

    /** What is written at once. Nothing is gathered: a stream would hold the buffer for it for as long as it is open. */
    private static final int OUTPUT_BUFFER_BYTES = 64 * 1024;

    /** Threads that a storm of requests has called are let go again within a minute; by default one goes in a minute. */
    private static final int IDLE_THREAD_MILLIS = 10_000;

    private static final int IDLE_THREADS_AT_A_TIME = 50;

    /**
     * What the kernel may hold of a stream whose client does not read; Linux doubles it, for its own book-keeping. It takes
     * more only when a third is free, which a client of 16 KB/s must have read within the stall limit; and over a link it
     * holds what is on the way, and so bounds the rate: see docs/decisions/0008.
     */
    private static final int SEND_BUFFER_BYTES = 320 * 1024;

    /**
     * Connections that the kernel may keep for us to accept; it takes no more than {@code net.core.somaxconn}. With the 50 of
     * the Java platform clients that come back all at once are dropped, and try again a second later.
     */
    private static final int ACCEPT_QUEUE = 4096;

    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> jobstreamJetty(
            StreamProperties properties, StandaloneProperties own, Environment environment) {
        StandaloneSettings.check(environment, properties, own);
        Duration wanted = StandaloneSettings.explicitIdleTimeout(environment);
        Duration idleTimeout = wanted == null ? StandaloneSettings.leastIdleTimeout(properties) : wanted;
        return factory -> factory.addServerCustomizers(server -> tune(server, idleTimeout, own.headTimeout()));
    }

    /** As {@link #tune} has it: nothing is gathered. */
    @Bean
    ResponseWrites jobstreamResponseWrites() {
        return ResponseWrites.IMMEDIATE;
    }

    @Bean
    ConnectionPresence jobstreamClientPresence() {
        return new ConnectionPresence();
    }

    @Bean
    SilentPublishers jobstreamSilentPublishers() {
        return new SilentConnections();
    }

    private static void tune(Server server, Duration idleTimeout, Duration headTimeout) {
        TicketlessLog.guard(server);
        server.setErrorHandler(new ProblemErrorHandler());
        if (server.getThreadPool() instanceof QueuedThreadPool threads) {
            threads.setIdleTimeout(IDLE_THREAD_MILLIS);
            threads.setMaxEvictCount(IDLE_THREADS_AT_A_TIME);
        }
        for (var connector : server.getConnectors()) {
            if (connector instanceof AbstractConnector tuned) {
                tuned.setIdleTimeout(idleTimeout.toMillis());
                tuned.addBean(new HeadTimeLimit(tuned, headTimeout));
            }
            if (connector instanceof ServerConnector tuned) {
                tuned.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
                tuned.setAcceptQueueSize(ACCEPT_QUEUE);
            }
            for (var protocol : connector.getConnectionFactories()) {
                if (protocol instanceof HttpConnectionFactory http) {
                    HttpConfiguration configuration = http.getHttpConfiguration();
                    configuration.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
                    configuration.setOutputAggregationSize(0);
                    configuration.setSendServerVersion(false);
                }
            }
        }
    }

    @Bean
    StandaloneOrigins corsConfigurationSource(StandaloneProperties properties, WebProperties web) {
        return new StandaloneOrigins(properties.cors().allowedOrigins(), web.path());
    }

    @Bean
    WebMvcConfigurer jobstreamStreamRequestTrim(Environment environment) {
        String streams = environment.resolveRequiredPlaceholders(JobPaths.STREAM);
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new StreamRequestTrim()).addPathPatterns(streams);
            }
        };
    }

    @Bean
    CommandController commandController() {
        return new CommandController();
    }

    @Bean
    @ConditionalOnProperty(name = "jobstream.transport", havingValue = "memory")
    @ConditionalOnProperty(name = "jobstream.demo", matchIfMissing = true)
    DemoJob demoJob(MemoryTransport transport) {
        return new DemoJob(transport.journals());
    }

    /** Only where nothing else could tell a good token from a bad one. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(OnDevelopmentToken.class)
    static class Development {

        @Bean
        DevelopmentToken developmentToken() {
            return DevelopmentToken.generate(Clock.systemUTC());
        }

        /** Its token is logged, and good for every job: nobody else is to reach the server unless the operator says so. */
        @Bean
        WebServerFactoryCustomizer<ConfigurableWebServerFactory> developmentAddress(ServerProperties server) {
            return factory -> {
                if (server.getAddress() == null) {
                    factory.setAddress(InetAddress.getLoopbackAddress());
                }
            };
        }

        @Bean
        JwtDecoder developmentJwtDecoder(DevelopmentToken token) {
            return token.decoder();
        }

        @Bean
        DevelopmentGreeting developmentGreeting(
                DevelopmentToken token,
                ObjectProvider<DemoJob> demo,
                ServerProperties server,
                WebMvcProperties mvc,
                WebProperties web,
                PageProperties page) {
            return new DevelopmentGreeting(token, demo.getIfAvailable() != null, server, mvc, web, page);
        }
    }
}
