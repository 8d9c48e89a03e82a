package dev.jobstream.adapters.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * What is known of the connections at the moment, for whoever must not wait to find out: a thread asks Valkey once a second
 * and remembers the answer, and the driver tells which connections to Pub/Sub there are.
 */
final class ValkeyProbe implements RedisConnectionStateListener {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final RedisConnectionFactory connections;
    private final Set<RedisChannelHandler<?, ?>> subscribers = ConcurrentHashMap.newKeySet();
    private volatile boolean answering;
    private @Nullable Thread thread;

    ValkeyProbe(RedisConnectionFactory connections) {
        this.connections = connections;
    }

    /** Whether Valkey answered when it was last asked. */
    boolean isAnswering() {
        return answering;
    }

    /** Whether there is a connection that events may come over. */
    boolean hasSubscriber() {
        return !subscribers.isEmpty();
    }

    synchronized void start() {
        if (thread != null) {
            return;
        }
        if (connections instanceof LettuceConnectionFactory lettuce) {
            lettuce.getRequiredNativeClient().addListener(this);
        }
        Thread asking = new Thread(this::askOnAndOn, "jobstream-valkey-probe");
        asking.setDaemon(true);
        thread = asking;
        asking.start();
    }

    synchronized void stop() {
        Thread asking = thread;
        if (asking == null) {
            return;
        }
        thread = null;
        asking.interrupt();
        try {
            asking.join(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (connections instanceof LettuceConnectionFactory lettuce && lettuce.getNativeClient() != null) {
            lettuce.getRequiredNativeClient().removeListener(this);
        }
        subscribers.clear();
        answering = false;
    }

    private void askOnAndOn() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                answering = ask();
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            // stop() asked for it
        }
    }

    private boolean ask() {
        try (RedisConnection connection = connections.getConnection()) {
            return connection.ping() != null;
        } catch (RuntimeException e) {
            return false; // Whatever it was: it did not answer.
        }
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, java.net.SocketAddress address) {
        if (connection instanceof StatefulRedisPubSubConnection<?, ?>) {
            subscribers.add(connection);
        }
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        subscribers.remove(connection);
    }
}
