package dev.jobstream.bootstrap.autoconfigure;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The host's CORS configuration, wherever it has one: the bean that Spring Security takes, or that of its MVC. A browser asks
 * nobody before it opens a WebSocket, so that who answers must look.
 */
final class HostOrigins implements CorsConfigurationSource {

    /** The bean that Spring Security takes, by this name. */
    private static final String BEAN = "corsConfigurationSource";

    private final ListableBeanFactory beans;

    HostOrigins(ListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public @Nullable CorsConfiguration getCorsConfiguration(HttpServletRequest request) {
        for (CorsConfigurationSource source : sources()) {
            CorsConfiguration configuration = source.getCorsConfiguration(request);
            if (configuration != null) {
                return configuration;
            }
        }
        return null;
    }

    /** Looked up late: the host's MVC may be configured after this. */
    private List<CorsConfigurationSource> sources() {
        List<CorsConfigurationSource> sources = new ArrayList<>();
        if (beans.containsBean(BEAN) && beans.isTypeMatch(BEAN, CorsConfigurationSource.class)) {
            sources.add(beans.getBean(BEAN, CorsConfigurationSource.class));
        }
        for (RequestMappingHandlerMapping mapping :
                beans.getBeansOfType(RequestMappingHandlerMapping.class).values()) {
            CorsConfigurationSource source = mapping.getCorsConfigurationSource();
            if (source != null) {
                sources.add(source);
            }
        }
        return sources;
    }
}
