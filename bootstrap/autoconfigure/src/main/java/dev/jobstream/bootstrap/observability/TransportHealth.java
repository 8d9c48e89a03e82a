package dev.jobstream.bootstrap.observability;

import dev.jobstream.application.JobEventStreams;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Up as long as events can come and go: the transport answers and takes writes, and all that is watched can be heard. Says what
 * is known already and never waits for the transport. Of a transport of the host's own nothing is known, so that it counts as up.
 */
final class TransportHealth implements HealthIndicator {

    private final JobEventStreams streams;
    private final TransportState transport;

    TransportHealth(JobEventStreams streams, TransportState transport) {
        this.streams = streams;
        this.transport = transport;
    }

    @Override
    public Health health() {
        boolean connected = transport.isConnected();
        boolean listening = transport.isListening();
        String refusal = transport.refusal();
        Health.Builder health = (connected && listening && refusal == null ? Health.up() : Health.down())
                .withDetail("transport", transport.name())
                .withDetail("connected", connected)
                .withDetail("listening", listening)
                .withDetail("writable", refusal == null)
                .withDetail("streams", streams.openStreams())
                .withDetail("jobs", streams.followedJobs());
        if (refusal != null) {
            health.withDetail("refusal", refusal);
        }
        List<String> missing = transport.missing();
        if (!missing.isEmpty()) {
            health.withDetail("missing", missing);
        }
        return health.build();
    }
}
