package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.adapters.redis.LettuceSettings;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Connections to where the application's own go, but with the settings that streams need, so that the application's stay as
 * they are.
 */
final class ValkeyConnections implements AutoCloseable {

    /** What the driver waits for a command if nobody says otherwise: too long to have a publisher wait. */
    private static final Duration UNSET_TIMEOUT = RedisURI.DEFAULT_TIMEOUT_DURATION;

    /** The factory's field of what it was given. */
    private static final String CONFIGURATION = "configuration";

    private static final long QUIET_MILLIS = 0;
    private static final long SHUTDOWN_MILLIS = 2_000;

    private final ClientResources resources = LettuceSettings.readInBursts(
                    LettuceSettings.reconnectSoon(DefaultClientResources.builder()))
            .build();
    private final LettuceConnectionFactory factory;

    /**
     * @throws IllegalStateException if the application's connections are not made by Lettuce
     * @throws InvalidConfigurationPropertyValueException if they go to a fixed list of a primary and its replicas
     */
    ValkeyConnections(RedisConnectionFactory applications) {
        if (!(applications instanceof LettuceConnectionFactory lettuce)) {
            throw new IllegalStateException("jobstream.transport=valkey needs connections by Lettuce, but these are by "
                    + applications.getClass().getName());
        }
        refuseStaticReplicas(lettuce);
        factory = new LettuceConnectionFactory(
                target(lettuce), settings(lettuce.getClientConfiguration(), lettuce.isClusterAware()));
        factory.setEagerInitialization(false);
        factory.afterPropertiesSet();
        factory.start();
    }

    /** The driver has no Pub/Sub over these, and the factory tells of a configuration that it has not been given: localhost. */
    private static void refuseStaticReplicas(LettuceConnectionFactory lettuce) {
        DirectFieldAccessor fields = new DirectFieldAccessor(lettuce);
        if (fields.isReadableProperty(CONFIGURATION)
                && fields.getPropertyValue(CONFIGURATION) instanceof RedisStaticMasterReplicaConfiguration replicas) {
            List<String> nodes = replicas.getNodes().stream()
                    .map(node -> node.getHostName() + ":" + node.getPort())
                    .toList();
            throw new InvalidConfigurationPropertyValueException(
                    "spring.data.redis.masterreplica.nodes",
                    nodes,
                    "jobstream.transport=valkey cannot subscribe over a fixed list of nodes: name the primary by"
                            + " spring.data.redis.host and .port, or set spring.data.redis.sentinel or .cluster");
        }
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

    private LettuceClientConfiguration settings(LettuceClientConfiguration theirs, boolean cluster) {
        LettuceClientConfiguration.LettuceClientConfigurationBuilder ours = LettuceClientConfiguration.builder();
        if (theirs.isUseSsl()) {
            ours.useSsl().verifyPeer(theirs.getVerifyMode());
        }
        theirs.getClientName().ifPresent(ours::clientName);
        theirs.getRedisCredentialsProviderFactory().ifPresent(ours::redisCredentialsProviderFactory);
        ClientOptions options = theirs.getClientOptions().orElseGet(ClientOptions::create);
        Duration timeout = theirs.getCommandTimeout();
        return ours.clientResources(resources)
                .clientOptions(
                        LettuceSettings.failFast(cluster ? LettuceSettings.followTopology(options) : options.mutate())
                                .build())
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
