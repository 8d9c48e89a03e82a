package dev.jobstream.bootstrap.observability;

import dev.jobstream.adapters.redis.TransportProblems;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what was skipped because it is no event. */
final class MicrometerTransportProblems implements TransportProblems {

    private final Map<Where, Counter> skipped = new EnumMap<>(Where.class);

    MicrometerTransportProblems(MeterRegistry registry) {
        for (Where where : Where.values()) {
            skipped.put(
                    where,
                    Counter.builder("jobstream.skipped")
                            .description("Messages and journal entries that were no events")
                            .tag("where", where.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    @Override
    public void skipped(Where where) {
        Counter counter = skipped.get(where);
        if (counter != null) {
            counter.increment();
        }
    }
}
