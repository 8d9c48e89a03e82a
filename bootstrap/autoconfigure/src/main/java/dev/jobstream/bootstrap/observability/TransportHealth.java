package dev.jobstream.bootstrap.observability;

import dev.jobstream.adapters.redis.ValkeyTransport;
import dev.jobstream.application.JobEventStreams;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Up as long as events can come and go: Valkey answers, and all that is watched can be heard. Says what is known already
 * and never waits for Valkey. Of a transport of the host's own nothing is known, so that it counts as up.
 */
final class TransportHealth implements HealthIndicator {

    private final JobEventStreams streams;
    private final @Nullable ValkeyTransport valkey;
    private final boolean memory;

    TransportHealth(JobEventStreams streams, @Nullable ValkeyTransport valkey, boolean memory) {
        this.streams = streams;
        this.valkey = valkey;
        this.memory = memory;
    }

    @Override
    public Health health() {
        boolean connected = valkey == null || valkey.isAnswering();
        boolean listening = valkey == null || valkey.isListening();
        return (connected && listening ? Health.up() : Health.down())
                .withDetail("transport", valkey != null ? "valkey" : memory ? "memory" : "custom")
                .withDetail("connected", connected)
                .withDetail("listening", listening)
                .withDetail("streams", streams.openStreams())
                .withDetail("jobs", streams.followedJobs())
                .build();
    }
}
