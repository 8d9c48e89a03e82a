package dev.jobstream.bootstrap.observability;

import dev.jobstream.adapters.redis.ValkeyRefusal;
import dev.jobstream.adapters.redis.ValkeyTransport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What Valkey is known to be like. */
record ValkeyState(ValkeyTransport transport) implements TransportState {

    @Override
    public String name() {
        return "valkey";
    }

    @Override
    public boolean isConnected() {
        return transport.isAnswering();
    }

    @Override
    public boolean isListening() {
        return transport.isListening();
    }

    @Override
    public @Nullable String refusal() {
        ValkeyRefusal refusal = transport.refusal();
        return refusal == null ? null : refusal.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> missing() {
        return transport.missing();
    }
}
