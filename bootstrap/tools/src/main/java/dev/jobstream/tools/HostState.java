package dev.jobstream.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * What there is in an application of Spring's: to be compared with the same one that has got something added.
 *
 * @param beans the class of each bean
 * @param urls what answers each pattern
 * @param meters the type of each meter
 * @param health the status of each component
 */
public record HostState(
        Map<String, String> beans, Map<String, String> urls, Map<String, String> meters, Map<String, String> health) {

    /** Of an application with a health endpoint and a registry of meters. Makes every bean that is not lazy. */
    public static HostState of(ConfigurableApplicationContext host) {
        HostState state = new HostState(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        for (String name : host.getBeanDefinitionNames()) {
            if (name.startsWith("org.springframework.test.")) {
                continue; // A test's own.
            }
            state.beans.put(
                    name,
                    host.getBeanFactory().getBeanDefinition(name).isLazyInit() ? "lazy" : type(host.getBean(name)));
        }
        for (RequestMappingHandlerMapping mapping :
                host.getBeansOfType(RequestMappingHandlerMapping.class).values()) {
            mapping.getHandlerMethods()
                    .forEach((pattern, method) -> state.urls.put(
                            pattern.toString(), method.getBeanType().getName()));
        }
        for (AbstractUrlHandlerMapping mapping :
                host.getBeansOfType(AbstractUrlHandlerMapping.class).values()) {
            mapping.getHandlerMap().forEach((pattern, handler) -> state.urls.put(pattern, type(handler)));
        }
        if (host.getBean(HealthEndpoint.class).health() instanceof CompositeHealthDescriptor all) {
            Objects.requireNonNull(all.getComponents())
                    .forEach((name, one) ->
                            state.health.put(name, one.getStatus().getCode()));
            state.health.put("", all.getStatus().getCode());
        }
        host.getBean(MeterRegistry.class).forEachMeter(meter -> {
            String name = meter.getId().getName();
            if (!name.startsWith("jvm.gc.")) { // They come with the first collection.
                state.meters.put(name, meter.getId().getType().name());
            }
        });
        return state;
    }

    /** Its class; of proxies and lambdas, whose names are made up as they come, without the made-up part. */
    private static String type(Object object) {
        return object.getClass().getName().replaceAll("\\$\\$.*|[0-9]+$", "");
    }

    /**
     * Asserts that everything is as it was in the application without what was added.
     *
     * @param added a regular expression that the name of everything matches that may have been added, or stands in for it
     */
    public void assertOnlyAdds(String added, HostState without) {
        assertOnlyAdds(added, without.beans, beans);
        assertOnlyAdds(added, without.urls, urls);
        assertOnlyAdds(added, without.meters, meters);
        assertOnlyAdds(added, without.health, health);
    }

    private static void assertOnlyAdds(String added, Map<String, String> without, Map<String, String> with) {
        assertThat(with.keySet()).anyMatch(name -> name.matches(added));
        assertThat(others(added, with)).isEqualTo(others(added, without));
    }

    private static Map<String, String> others(String added, Map<String, String> all) {
        Map<String, String> others = new TreeMap<>(all);
        others.keySet().removeIf(name -> name.matches(added));
        return others;
    }
}
