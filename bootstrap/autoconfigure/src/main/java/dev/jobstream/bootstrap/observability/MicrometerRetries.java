package dev.jobstream.bootstrap.observability;

import dev.jobstream.application.publishing.RetryObserver;
import dev.jobstream.domain.JobId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts the events that wait for a transport that is away, and those that are dropped. */
final class MicrometerRetries implements RetryObserver {

    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<Reason, Counter> dropped = new EnumMap<>(Reason.class);

    MicrometerRetries(MeterRegistry registry) {
        Gauge.builder("jobstream.events.waiting", waiting, AtomicInteger::get)
                .description("Events of the application that wait to be published")
                .register(registry);
        for (Reason reason : Reason.values()) {
            dropped.put(
                    reason,
                    Counter.builder("jobstream.events.dropped")
                            .description("Events of the application that were never published")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    @Override
    public void waitingEvents(int events) {
        waiting.set(events);
    }

    @Override
    public void dropped(JobId job, int events, Reason reason, @Nullable RuntimeException cause) {
        Counter counter = dropped.get(reason);
        if (counter != null) { // There is one for each reason.
            counter.increment(events);
        }
    }
}
