package dev.jobstream.adapters.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConverters;

/**
 * Hears from the sentinels that there is another primary, and leaves the old one at once. That one may go on for seconds before
 * it learns that it is none, and what it acknowledges in that time is lost.
 *
 * <p>All sentinels are listened to: who is asked for the primary may be the last one to know, but tells it as well.
 */
final class SentinelWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SentinelWatch.class);
    private static final String SWITCH = "+switch-master";
    private static final int WORDS = 5;

    private final String master;
    private final List<RedisURI> sentinels;
    private final LettuceClientConfiguration settings;
    private final OpenConnections open;

    // Of the one thread that calls.
    private final Map<RedisURI, CompletableFuture<?>> watching = new HashMap<>();
    private @Nullable RedisClient client;

    SentinelWatch(RedisSentinelConfiguration sentinel, LettuceClientConfiguration settings, OpenConnections open) {
        RedisURI uri = LettuceConverters.sentinelConfigurationToRedisURI(sentinel);
        this.master = uri.getSentinelMasterId();
        this.sentinels = uri.getSentinels();
        this.settings = settings;
        this.open = open;
        for (RedisURI each : sentinels) {
            each.setSsl(settings.isUseSsl());
            each.setVerifyPeer(settings.getVerifyMode());
            each.setTimeout(settings.getCommandTimeout());
        }
    }

    /** Listens to those that could not be listened to so far. Does not block; the driver keeps what it has. */
    void keepWatching() {
        RedisClient on = client;
        if (on == null) {
            on = settings.getClientResources().map(RedisClient::create).orElseGet(RedisClient::create);
            on.setOptions(settings.getClientOptions().orElseGet(ClientOptions::create));
            client = on;
        }
        for (RedisURI sentinel : sentinels) {
            CompletableFuture<?> before = watching.get(sentinel);
            if (before == null || before.isCompletedExceptionally()) {
                watching.put(sentinel, watch(on, sentinel));
            }
        }
    }

    private CompletableFuture<?> watch(RedisClient on, RedisURI sentinel) {
        return on.connectPubSubAsync(StringCodec.UTF8, sentinel)
                .toCompletableFuture()
                .thenCompose(this::subscribe);
    }

    private CompletableFuture<Void> subscribe(StatefulRedisPubSubConnection<String, String> connection) {
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                var unused = CompletableFuture.runAsync(() -> switched(message)); // It may look up a name.
            }
        });
        return connection.async().subscribe(SWITCH).toCompletableFuture().whenComplete((done, failure) -> {
            if (failure != null) {
                var unused = connection.closeAsync();
            }
        });
    }

    /** {@code <name> <old host> <old port> <new host> <new port>} */
    private void switched(String message) {
        String[] words = message.split(" ");
        if (words.length == WORDS && words[0].equals(master)) {
            SocketAddress primary = new InetSocketAddress(words[3], Integer.parseInt(words[4]));
            if (open.leave(address -> !address.equals(primary)) > 0) {
                log.info("The sentinels have made {} the primary, connecting there", primary);
            }
        }
    }

    @Override
    public void close() {
        RedisClient on = client;
        client = null;
        watching.clear();
        if (on != null) {
            var unused = on.shutdownAsync(0, 0, TimeUnit.SECONDS);
        }
    }
}
