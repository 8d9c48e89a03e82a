package dev.jobstream.adapters.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one primary, over which the channels of its slots are heard. Once lost it does not come back: whether there
 * is anything to be heard from that server then is not for it to know.
 *
 * <p>A command names one channel. The driver takes the first acknowledgement for that of the whole command, and one that names
 * channels of several slots is refused.
 */
final class ShardConnection {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final String node;
    private final Signs signs;
    private volatile @Nullable StatefulRedisPubSubConnection<String, byte[]> connection;
    private volatile boolean closed;

    /** What it tells, on the driver's threads. Nothing comes before it has opened. */
    interface Signs {

        void opened(ShardConnection shard);

        void acknowledged(ShardConnection shard, String channel);

        void message(String channel, byte[] body);

        /** The server has ended the subscription, because it was asked to or because the slot is not its own any more. */
        void unsubscribed(ShardConnection shard, String channel);

        void refused(ShardConnection shard, String channel, Throwable why);

        /** It could not be opened, or is lost; it is of no use any more. */
        void lost(ShardConnection shard, @Nullable Throwable why);
    }

    private ShardConnection(String node, Signs signs) {
        this.node = node;
        this.signs = signs;
    }

    /** Begins to connect. Does not block. */
    static ShardConnection open(RedisClient client, RedisClusterNode primary, Signs signs) {
        ShardConnection shard = new ShardConnection(primary.getNodeId(), signs);
        var unused = client.connectPubSubAsync(CODEC, primary.getUri()).whenComplete((connection, failure) -> {
            if (connection == null) {
                signs.lost(shard, failure);
            } else {
                shard.use(connection);
            }
        });
        return shard;
    }

    private void use(StatefulRedisPubSubConnection<String, byte[]> opened) {
        opened.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void smessage(String channel, byte[] body) {
                signs.message(channel, body);
            }

            @Override
            public void ssubscribed(String channel, long count) {
                signs.acknowledged(ShardConnection.this, channel);
            }

            @Override
            public void sunsubscribed(String channel, long count) {
                signs.unsubscribed(ShardConnection.this, channel);
            }
        });
        opened.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
                signs.lost(ShardConnection.this, null);
            }
        });
        connection = opened;
        if (closed) {
            var unused = opened.closeAsync();
        } else if (opened.isOpen()) {
            signs.opened(this);
        } else {
            signs.lost(this, null);
        }
    }

    /** The id of the primary. */
    String node() {
        return node;
    }

    boolean isOpen() {
        return connection != null;
    }

    /** Subscribes; what comes of it is told by a sign. */
    void subscribe(String channel) {
        StatefulRedisPubSubConnection<String, byte[]> open = connection;
        if (open != null) {
            open.async().ssubscribe(channel).exceptionally(why -> {
                signs.refused(this, channel, why);
                return null;
            });
        }
    }

    void unsubscribe(String channel) {
        StatefulRedisPubSubConnection<String, byte[]> open = connection;
        if (open != null) {
            var unused = open.async().sunsubscribe(channel);
        }
    }

    /** Ends it. Does not block. */
    void close() {
        closed = true;
        StatefulRedisPubSubConnection<String, byte[]> open = connection;
        if (open != null && open.isOpen()) { // The driver complains of one that has ended by itself.
            var unused = open.closeAsync();
        }
    }
}
