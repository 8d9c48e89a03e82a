package dev.jobstream.adapters.redis;

import dev.jobstream.domain.TransportUnavailableException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Knows the state of the connections, for code that must not wait to find out: a thread asks Valkey once a second
 * and remembers the answer, and the driver tells which connections to Pub/Sub there are.
 *
 * <p>While Valkey is silent, which is worse than being away, nobody else asks it: each would wait out the time limit, one
 * after the other, and take a worker or a request with it. A connection that stays silent is given up: the other side may
 * have forgotten it, and as long as something is under way on it, TCP takes a quarter of an hour to say so.
 */
final class ValkeyProbe implements RedisConnectionStateListener {

    private static final Logger log = LoggerFactory.getLogger(ValkeyProbe.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_WHILE_AWAY = Duration.ofMillis(200);
    /** A refusal comes at once. */
    private static final Duration SILENCE = Duration.ofMillis(200);

    private static final int SILENCES_UNTIL_GIVEN_UP = 2;

    private final RedisConnectionFactory connections;
    private final Set<RedisChannelHandler<?, ?>> subscribers = ConcurrentHashMap.newKeySet();
    private volatile boolean answering;
    private volatile boolean silent;
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

    /** @throws TransportUnavailableException if Valkey was silent when it was last asked */
    void failIfSilent() {
        if (silent) {
            throw new TransportUnavailableException("Valkey does not answer", null);
        }
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
        silent = false;
    }

    private void askOnAndOn() {
        try {
            for (int silences = 0; !Thread.currentThread().isInterrupted(); ) {
                long begin = System.nanoTime();
                boolean answered = ask();
                boolean wasSilent = !answered && System.nanoTime() - begin > SILENCE.toNanos();
                silent = wasSilent;
                answering = answered;
                silences = wasSilent ? silences + 1 : 0;
                if (silences >= SILENCES_UNTIL_GIVEN_UP) {
                    giveUpConnection(silences == SILENCES_UNTIL_GIVEN_UP);
                }
                Thread.sleep((answered ? PAUSE : PAUSE_WHILE_AWAY).toMillis());
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

    private void giveUpConnection(boolean first) {
        if (first) {
            log.warn("Valkey does not answer, connecting again");
        }
        if (connections instanceof LettuceConnectionFactory lettuce) {
            lettuce.resetConnection();
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
