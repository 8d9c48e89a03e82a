package dev.jobstream.bootstrap.observability;

import dev.jobstream.adapters.redis.TransportProblems;
import dev.jobstream.adapters.redis.ValkeyRefusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what was skipped because it is no event, and what Valkey refused. */
final class MicrometerTransportProblems implements TransportProblems {

    private final Map<Where, Counter> skipped = new EnumMap<>(Where.class);
    private final Map<ValkeyRefusal, Counter> refused = new EnumMap<>(ValkeyRefusal.class);

    MicrometerTransportProblems(MeterRegistry registry) {
        for (Where where : Where.values()) {
            skipped.put(
                    where,
                    Counter.builder("jobstream.skipped")
                            .description("Messages and journal entries that were no events")
                            .tag("where", where.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        for (ValkeyRefusal refusal : ValkeyRefusal.values()) {
            refused.put(
                    refusal,
                    Counter.builder("jobstream.valkey.refused")
                            .description("Calls that Valkey has refused for reasons of its own")
                            .tag("kind", refusal.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    @Override
    public void skipped(Where where) {
        count(skipped.get(where));
    }

    @Override
    public void refused(ValkeyRefusal refusal) {
        count(refused.get(refusal));
    }

    private static void count(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
