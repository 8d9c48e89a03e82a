package dev.jobstream.adapters.redis;

import dev.jobstream.domain.ContractTransport;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.tools.ValkeyServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
    private final RedisStandaloneConfiguration server;
    private final JournalLimits limits;
    private final LettuceConnectionFactory connections;
    private final ValkeyTransport transport;
    private final List<TransportProblems.Where> skipped = new CopyOnWriteArrayList<>();

    TestTransport(ValkeyServer server, JournalLimits limits) {
        this(server.host(), server.port(), limits);
    }

    TestTransport(String host, int port, JournalLimits limits) {
        this(inDatabase(host, port, 0), limits);
    }

    private TestTransport(RedisStandaloneConfiguration server, JournalLimits limits) {
        this.server = server;
        this.limits = limits;
        connections = new LettuceConnectionFactory(
                server,
                LettuceClientConfiguration.builder()
                        .clientResources(resources)
                        .clientOptions(LettuceSettings.failFast(ClientOptions.builder())
                                .build())
                        .commandTimeout(LettuceSettings.COMMAND_TIMEOUT)
                        .shutdownTimeout(Duration.ZERO)
                        .build());
        connections.afterPropertiesSet();
        connections.start();
        transport = new ValkeyTransport(connections, limits, skipped::add);
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

    /** Uses the server by hand. */
    <T> T by(Function<RedisConnection, T> hand) {
        try (RedisConnection connection = connections.getConnection()) {
            return hand.apply(connection);
        }
    }

    void publishRaw(JobId job, String message) {
        by(c -> c.publish(bytes(KEYS.of(job)), bytes(message)));
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

    /** In the server's next database, which has the same channels. */
    @Override
    public ContractTransport neighbour() {
        return new TestTransport(inDatabase(server.getHostName(), server.getPort(), server.getDatabase() + 1), limits);
    }

    @Override
    public void close() {
        transport.close();
        connections.destroy();
        resources.shutdown(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
