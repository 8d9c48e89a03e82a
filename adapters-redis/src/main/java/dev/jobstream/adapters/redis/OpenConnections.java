package dev.jobstream.adapters.redis;

import io.lettuce.core.Delegating;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The connections that the driver has at the moment, and where they lead. One that is left is closed and not given up: the
 * driver makes it again at once, subscribes again what was subscribed over it, and looks anew where to: it resolves the name,
 * asks the sentinels, or takes the next node of the cluster.
 */
final class OpenConnections implements RedisConnectionStateListener {

    private final Map<RedisChannelHandler<?, ?>, SocketAddress> open = new ConcurrentHashMap<>();
    private volatile Runnable whenOneIsLost = () -> {};

    /** @param then called on the driver's threads; must not block */
    void whenOneIsLost(Runnable then) {
        whenOneIsLost = then;
    }

    /** Whether there is a connection that events may come over. */
    boolean hasSubscriber() {
        return open.keySet().stream().anyMatch(OpenConnections::subscribes);
    }

    /** Leaves those that lead to such an address, and tells how many. Does not block. */
    int leave(Predicate<SocketAddress> address) {
        return leave(address, connection -> !(connection instanceof StatefulRedisSentinelConnection<?, ?>));
    }

    /** Leaves those of them that events may come over. Does not block. */
    int leaveSubscriptions(Predicate<SocketAddress> address) {
        return leave(address, OpenConnections::subscribes);
    }

    private int leave(Predicate<SocketAddress> address, Predicate<RedisChannelHandler<?, ?>> which) {
        int left = 0;
        for (Map.Entry<RedisChannelHandler<?, ?>, SocketAddress> connection : open.entrySet()) {
            if (which.test(connection.getKey()) && address.test(connection.getValue())) {
                disconnect(connection.getKey().getChannelWriter());
                left++;
            }
        }
        return left;
    }

    private static boolean subscribes(RedisChannelHandler<?, ?> connection) {
        return connection instanceof StatefulRedisPubSubConnection<?, ?>;
    }

    private static void disconnect(Object writer) {
        if (writer instanceof Delegating<?> wrapped) {
            disconnect(wrapped.unwrap());
        } else if (writer instanceof DefaultEndpoint endpoint) {
            endpoint.disconnect();
        }
    }

    void clear() {
        open.clear();
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
        open.put(connection, address);
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        open.remove(connection);
        whenOneIsLost.run();
    }
}
