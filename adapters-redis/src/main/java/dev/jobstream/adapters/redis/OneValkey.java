package dev.jobstream.adapters.redis;

import java.time.Duration;
import java.util.List;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * One primary, found by its name or by sentinels. A connection that stays silent is given up: the other side may have
 * forgotten it, and as long as something is under way on it, TCP takes a quarter of an hour to say so.
 */
final class OneValkey implements ValkeyNodes {

    private final LettuceConnectionFactory connections;
    private final OpenConnections open;
    private final NodeState state = new NodeState("Valkey");

    OneValkey(LettuceConnectionFactory connections, OpenConnections open) {
        this.connections = connections;
        this.open = open;
    }

    @Override
    public void ask() {
        long begin = System.nanoTime();
        try (RedisConnection connection = connections.getConnection()) {
            String unused = connection.ping();
            state.answered();
        } catch (RuntimeException e) { // Whatever it was: it did not answer.
            ValkeyErrors.throwIfInterrupted(e);
            if (state.failed(e, Duration.ofNanos(System.nanoTime() - begin))) {
                connections.resetConnection();
            }
        }
    }

    @Override
    public boolean areAnswering() {
        return state.isAnswering();
    }

    @Override
    public boolean isSilent(byte[] key) {
        return state.isSilent();
    }

    @Override
    public List<String> missing() {
        return List.of();
    }

    @Override
    public void lookForPrimary() {
        int unused = open.leave(address -> true);
    }

    @Override
    public void reset() {
        state.reset();
    }
}
