package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.redis.LettuceSettings;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Connections to where the application's own go, but with the settings that streams need, so that the application's stay as
 * they are.
 */
final class ValkeyConnections implements AutoCloseable {

    /** What the driver waits for a command if nobody says otherwise: too long to have a publisher wait. */
    private static final Duration UNSET_TIMEOUT = RedisURI.DEFAULT_TIMEOUT_DURATION;

    private static final long QUIET_MILLIS = 0;
    private static final long SHUTDOWN_MILLIS = 2_000;

    private final ClientResources resources = LettuceSettings.readInBursts(
                    LettuceSettings.reconnectSoon(DefaultClientResources.builder()))
            .build();
    private final LettuceConnectionFactory factory;

    /** @throws IllegalStateException if the application's connections are not made by Lettuce */
    ValkeyConnections(RedisConnectionFactory applications) {
        if (!(applications instanceof LettuceConnectionFactory lettuce)) {
            throw new IllegalStateException("jobstream.transport=valkey needs connections by Lettuce, but these are by "
                    + applications.getClass().getName());
        }
        factory = new LettuceConnectionFactory(target(lettuce), settings(lettuce.getClientConfiguration()));
        factory.setEagerInitialization(false);
        factory.afterPropertiesSet();
        factory.start();
    }

    private static RedisConfiguration target(LettuceConnectionFactory lettuce) {
        if (lettuce.getClusterConfiguration() != null) {
            return lettuce.getClusterConfiguration();
        }
        if (lettuce.getSentinelConfiguration() != null) {
            return lettuce.getSentinelConfiguration();
        }
        if (lettuce.getSocketConfiguration() != null) {
            return lettuce.getSocketConfiguration();
        }
        return lettuce.getStandaloneConfiguration();
    }

    private LettuceClientConfiguration settings(LettuceClientConfiguration theirs) {
        LettuceClientConfiguration.LettuceClientConfigurationBuilder ours = LettuceClientConfiguration.builder();
        if (theirs.isUseSsl()) {
            ours.useSsl().verifyPeer(theirs.getVerifyMode());
        }
        theirs.getClientName().ifPresent(ours::clientName);
        theirs.getRedisCredentialsProviderFactory().ifPresent(ours::redisCredentialsProviderFactory);
        ClientOptions.Builder options =
                theirs.getClientOptions().map(ClientOptions::mutate).orElseGet(ClientOptions::builder);
        Duration timeout = theirs.getCommandTimeout();
        return ours.clientResources(resources)
                .clientOptions(LettuceSettings.failFast(options).build())
                .commandTimeout(UNSET_TIMEOUT.equals(timeout) ? LettuceSettings.COMMAND_TIMEOUT : timeout)
                .shutdownTimeout(Duration.ZERO)
                .build();
    }

    RedisConnectionFactory factory() {
        return factory;
    }

    @Override
    public void close() {
        factory.destroy();
        resources.shutdown(QUIET_MILLIS, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(SHUTDOWN_MILLIS);
    }
}
