package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.web.publishing.PublishController;
import dev.jobstream.adapters.web.refusals.ProblemAdvice;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.watching.EventPageController;
import dev.jobstream.adapters.web.watching.EventStreamController;
import dev.jobstream.adapters.web.watching.ResponseWrites;
import dev.jobstream.adapters.web.watching.StreamStartInterceptor;
import dev.jobstream.adapters.web.websocket.WebSocketEndpoint;
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
    PublishController jobstreamPublishController(JobEventPublishing publishing, PublishProperties properties) {
        return new PublishController(publishing, properties.bodyLimits());
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
                registry.addInterceptor(new StreamStartInterceptor()).addPathPatterns(JobPaths.STREAM);
            }
        };
    }
}
