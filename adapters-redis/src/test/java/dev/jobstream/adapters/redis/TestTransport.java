package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.ContractTransport;
import dev.jobstream.tools.ValkeyCluster;
import dev.jobstream.tools.ValkeyServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** The transport on a server, with the driver set up as a host should, and that server by hand beside it. */
final class TestTransport implements ContractTransport {

    /** The names of jobs where a server has one installation only. */
    static final JobKey KEYS = new JobKey(JobKey.DEFAULT_NAMESPACE);

    private final ClientResources resources = LettuceSettings.readInBursts(
                    LettuceSettings.reconnectSoon(DefaultClientResources.builder()))
            .build();
    private final RedisConfiguration server;
    private final JournalLimits limits;
    private final String namespace;
    private final PubSub pubSub;
    private final LettuceConnectionFactory connections;
    private final ValkeyTransport transport;
    private final List<TransportProblems.Where> skipped = new CopyOnWriteArrayList<>();
    private final List<ValkeyRefusal> refused = new CopyOnWriteArrayList<>();

    TestTransport(ValkeyServer server, JournalLimits limits) {
        this(server.host(), server.port(), limits);
    }

    TestTransport(String host, int port, JournalLimits limits) {
        this(inDatabase(host, port, 0), limits, settings -> {});
    }

    TestTransport(ValkeyCluster cluster, JournalLimits limits, PubSub pubSub) {
        this(
                new RedisClusterConfiguration(cluster.addresses()),
                limits,
                JobKey.DEFAULT_NAMESPACE,
                pubSub,
                settings -> {});
    }

    /** @param more of the driver's settings */
    TestTransport(
            RedisConfiguration server,
            JournalLimits limits,
            Consumer<LettuceClientConfiguration.LettuceClientConfigurationBuilder> more) {
        this(server, limits, JobKey.DEFAULT_NAMESPACE, PubSub.AUTO, more);
    }

    TestTransport(
            RedisConfiguration server,
            JournalLimits limits,
            String namespace,
            PubSub pubSub,
            Consumer<LettuceClientConfiguration.LettuceClientConfigurationBuilder> more) {
        this.server = server;
        this.limits = limits;
        this.namespace = namespace;
        this.pubSub = pubSub;
        LettuceClientConfiguration.LettuceClientConfigurationBuilder settings = LettuceClientConfiguration.builder();
        more.accept(settings);
        connections = new LettuceConnectionFactory(
                server,
                settings.clientResources(resources)
                        .clientOptions(LettuceSettings.failFast(
                                        RedisConfiguration.isClusterConfiguration(server)
                                                ? LettuceSettings.followTopology(ClientOptions.create())
                                                : ClientOptions.builder())
                                .build())
                        .commandTimeout(LettuceSettings.COMMAND_TIMEOUT)
                        .shutdownTimeout(Duration.ZERO)
                        .build());
        connections.afterPropertiesSet();
        connections.start();
        transport = new ValkeyTransport(connections, limits, namespace, pubSub, new TransportProblems() {
            @Override
            public void skipped(Where where) {
                skipped.add(where);
            }

            @Override
            public void refused(ValkeyRefusal refusal) {
                refused.add(refusal);
            }
        });
        transport.start();
    }

    private static RedisStandaloneConfiguration inDatabase(String host, int port, int database) {
        RedisStandaloneConfiguration server = new RedisStandaloneConfiguration(host, port);
        server.setDatabase(database);
        return server;
    }

    ValkeyTransport transport() {
        return transport;
    }

    /** What was skipped so far. */
    List<TransportProblems.Where> skipped() {
        return skipped;
    }

    /** What was refused so far. */
    List<ValkeyRefusal> refused() {
        return refused;
    }

    /** Uses the server by hand. */
    <T> T by(Function<RedisConnection, T> hand) {
        try (RedisConnection connection = connections.getConnection()) {
            return hand.apply(connection);
        }
    }

    void publishRaw(JobId job, String message) {
        by(c -> c.publish(bytes(new JobKey(namespace).of(job)), bytes(message)));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public EventSource source() {
        return transport.source();
    }

    @Override
    public EventPublisher publisher() {
        return transport.publisher();
    }

    @Override
    public void publishLiveOnly(JobId job, String type, String json) {
        publishRaw(job, "{\"event\":\"" + type + "\",\"data\":" + json + "}");
    }

    @Override
    public void letPass(Duration time) {
        // Valkey's clock goes by itself.
    }

    /** In the server's next database, which has the same channels; in a Cluster, which has one only, under another namespace. */
    @Override
    public ContractTransport neighbour() {
        if (server instanceof RedisStandaloneConfiguration one) {
            RedisConfiguration next = inDatabase(one.getHostName(), one.getPort(), one.getDatabase() + 1);
            return new TestTransport(next, limits, namespace, pubSub, settings -> {});
        }
        return new TestTransport(server, limits, namespace + ".neighbours", pubSub, settings -> {});
    }

    @Override
    public void close() {
        transport.close();
        connections.destroy();
        resources.shutdown(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
