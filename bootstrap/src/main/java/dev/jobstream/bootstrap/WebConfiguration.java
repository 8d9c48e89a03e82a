package dev.jobstream.bootstrap;

import dev.jobstream.adapters.web.DrainInterceptor;
import dev.jobstream.adapters.web.EventPageController;
import dev.jobstream.adapters.web.EventStreamController;
import dev.jobstream.adapters.web.ProblemAdvice;
import dev.jobstream.adapters.web.PublishController;
import dev.jobstream.adapters.web.StreamStartInterceptor;
import dev.jobstream.adapters.web.WebSocketEndpoint;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The endpoints. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {

    /** The requests that become streams. */
    static final String STREAM_PATHS = "/runner-jobs/*/events/stream";

    @Bean
    EventStreamController jobstreamEventStreamController(JobEventStreams streams) {
        return new EventStreamController(streams);
    }

    @Bean
    EventPageController jobstreamEventPageController(EventSource source, StreamAccess access) {
        return new EventPageController(source, access);
    }

    @Bean
    PublishController jobstreamPublishController(EventPublisher publisher, StreamAccess access) {
        return new PublishController(publisher, access);
    }

    @Bean
    ProblemAdvice jobstreamProblemAdvice() {
        return new ProblemAdvice();
    }

    @Bean
    HandlerMapping jobstreamWebSocketMapping(JobEventStreams streams) {
        return WebSocketEndpoint.mapping(streams, List.of());
    }

    @Bean
    WebMvcConfigurer jobstreamStreamStart(JobEventStreams streams) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new StreamStartInterceptor()).addPathPatterns(STREAM_PATHS);
                registry.addInterceptor(new DrainInterceptor(streams)).addPathPatterns("/runner-jobs/*/events");
            }
        };
    }
}
