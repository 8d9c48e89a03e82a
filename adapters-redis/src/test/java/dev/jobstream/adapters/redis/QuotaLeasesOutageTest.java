package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.domain.QuotaLeases.Limit;
import dev.jobstream.domain.TransportUnavailableException;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.ValkeyServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Leases on a server that goes away, hangs, forgets, or forbids; and what they leave there. */
class QuotaLeasesOutageTest {

    private static final Duration LIFE = Duration.ofSeconds(15);
    private static final List<List<Limit>> ONE = List.of(List.of(new Limit("subject:a", 1)));

    private static TestTransport on(ValkeyServer server) {
        return new TestTransport(server, JournalLimits.DEFAULT);
    }

    @Test
    void aServerThatHangsIsNotAskedAndOneThatIsBackIs() {
        try (ValkeyServer server = ValkeyServer.startPrivate();
                TestTransport valkey = on(server)) {
            QuotaLeases leases = valkey.transport().quotaLeases(LIFE);
            leases.report(true, Map.of("subject:a", 1), List.of());
            await().until(() -> valkey.transport().isAnswering());
            server.signal("STOP");
            try (LoggedBy log = new LoggedBy(ValkeyQuotaLeases.class)) {
                await().until(() -> !valkey.transport().isAnswering());
                for (int i = 0; i < 3; i++) {
                    assertThatExceptionOfType(TransportUnavailableException.class)
                            .isThrownBy(() -> leases.report(false, Map.of(), ONE))
                            .withNoCause();
                }
                assertThat(log.lines())
                        .containsExactly("Quotas are not shared at the moment, this node keeps them by itself: "
                                + "Valkey does not answer");
            } finally {
                server.signal("CONT");
            }
            await().until(() -> valkey.transport().isAnswering());

            assertThat(leases.report(true, Map.of("subject:a", 1), ONE)).hasValue(List.of(0));
        }
    }

    @Test
    void aServerThatForgotSaysSo() throws Exception {
        try (ValkeyServer server = ValkeyServer.startPrivate();
                TestTransport valkey = on(server)) {
            QuotaLeases leases = valkey.transport().quotaLeases(LIFE);
            leases.report(true, Map.of("subject:a", 1), List.of());

            server.ask("FLUSHALL");

            assertThat(leases.report(false, Map.of(), ONE)).isEmpty();
        }
    }

    @Test
    void whatNodesLeaveExpires() throws Exception {
        try (ValkeyServer server = ValkeyServer.startPrivate();
                TestTransport valkey = on(server)) {
            for (int i = 0; i < 20; i++) {
                valkey.transport().quotaLeases(Duration.ofSeconds(1)).report(true, Map.of("subject:a", 1), List.of());
            }
            QuotaLeases alive = valkey.transport().quotaLeases(LIFE);
            await().until(() -> {
                alive.report(true, Map.of(), List.of());
                return server.ask("HLEN runner-jobs:{quotas}:nodes").contains("1");
            });

            assertThat(server.ask("DBSIZE")).contains("2");
            assertThat(server.ask("TTL runner-jobs:{quotas}:nodes")).contains("86");
        }
    }

    @Test
    void aUserWithTheDocumentedRightsMayDoAllThatANodeDoes() throws Exception {
        try (ValkeyServer server = ValkeyServer.startPrivate();
                TestTransport valkey = on(server)) {
            assertThat(server.ask("ACL SETUSER default reset on nopass" + DocumentedRights.onOneServer()))
                    .startsWith("+OK");
            QuotaLeases leases = valkey.transport().quotaLeases(LIFE);

            assertThat(leases.report(true, Map.of("subject:b", 1, "subject:c", 0), ONE))
                    .hasValue(List.of(QuotaLeases.GRANTED));
            leases.end();
            JobId job = new JobId("job-1");
            RecordingListener listener = new RecordingListener();
            valkey.source().listen(job, listener);
            listener.awaitConnected();
            EventId id = valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
            listener.awaitHeard(1);
            assertThat(valkey.source().readLast(job, 1).events())
                    .extracting(JobEvent::id)
                    .containsExactly(id);
        }
    }
}
