package dev.jobstream.bootstrap;

import dev.jobstream.adapters.web.EventPageController;
import dev.jobstream.adapters.web.EventStreamController;
import dev.jobstream.adapters.web.ProblemAdvice;
import dev.jobstream.adapters.web.PublishController;
import dev.jobstream.adapters.web.ResponseWrites;
import dev.jobstream.adapters.web.StreamStartInterceptor;
import dev.jobstream.adapters.web.WebSocketEndpoint;
import dev.jobstream.application.JobEventPages;
import dev.jobstream.application.JobEventPublishing;
import dev.jobstream.application.JobEventStreams;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
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
    EventStreamController jobstreamEventStreamController(
            JobEventStreams streams, ObjectProvider<ResponseWrites> writes) {
        return new EventStreamController(streams, writes.getIfAvailable(() -> ResponseWrites.GATHERED));
    }

    @Bean
    EventPageController jobstreamEventPageController(JobEventPages pages) {
        return new EventPageController(pages);
    }

    @Bean
    PublishController jobstreamPublishController(JobEventPublishing publishing) {
        return new PublishController(publishing);
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
    WebMvcConfigurer jobstreamStreamStart() {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new StreamStartInterceptor()).addPathPatterns(STREAM_PATHS);
            }
        };
    }
}
