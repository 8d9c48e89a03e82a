package dev.jobstream.bootstrap.observability;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Meters, observations, health and what an operator may do, each where the application has a place for it. */
@Configuration(proxyBeanMethods = false)
@Import({
    MetricsConfiguration.class,
    ObservationConfiguration.class,
    HealthConfiguration.class,
    RevocationsConfiguration.class
})
public class ObservabilityConfiguration {}
