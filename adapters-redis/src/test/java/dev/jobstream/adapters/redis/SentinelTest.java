package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.ValkeySentinel;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;

/** The sentinels have made another server the primary. */
class SentinelTest {

    private final JobId job = new JobId("job-" + UUID.randomUUID());

    /** The old one never learns that it is none any more, and so neither ends a connection nor refuses a write. */
    @Test
    void theNewPrimaryIsFollowedThoughTheOldOneGoesOnAsBefore() throws IOException {
        try (ValkeySentinel servers = ValkeySentinel.start(1);
                TestTransport node = new TestTransport(target(servers), JournalLimits.DEFAULT, settings -> {})) {
            RecordingListener listener = new RecordingListener();
            node.source().listen(job, listener);
            listener.awaitConnected();
            EventId first = publish(node);
            listener.awaitHeard(1);
            await().until(() ->
                    servers.second().ask("XLEN " + TestTransport.KEYS.of(job)).startsWith(":1"));

            servers.first().ask("ACL SETUSER default -replicaof -slaveof -client|kill");
            servers.failover();

            await().until(() -> {
                publishIfPossible(node);
                return !servers.second()
                        .ask("XLEN " + TestTransport.KEYS.of(job))
                        .startsWith(":1\r");
            });
            listener.awaitConnected(2);
            EventId last = publish(node);
            await().until(() -> listener.ids().contains(last));
            assertThat(node.source().readAfter(job, first, 1_000).events())
                    .last()
                    .satisfies(event -> assertThat(event.id()).isEqualTo(last));
            assertThat(servers.first().ask("INFO replication")).contains("role:master");
        }
    }

    private static RedisSentinelConfiguration target(ValkeySentinel servers) {
        RedisSentinelConfiguration target = new RedisSentinelConfiguration().master(ValkeySentinel.MASTER);
        servers.nodes().forEach(node -> target.addSentinel(RedisNode.fromString(node)));
        return target;
    }

    private EventId publish(TestTransport to) {
        return to.publisher().publish(job, NewEvent.of("step.output", "{}"));
    }

    private void publishIfPossible(TestTransport to) {
        try {
            publish(to);
        } catch (TransportUnavailableException e) {
            // on its way to the other
        }
    }
}
