package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.Proxy;
import dev.jobstream.tools.Resp;
import dev.jobstream.tools.ValkeyCluster;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that answers, and says no: who publishes is told why, the operator once, and the health until it is over. */
class RefusedWritesTest {

    private static final ValkeyServer SERVER = ValkeyServer.atFreePort();
    private static TestTransport valkey;

    private final JobId job = new JobId("job-" + UUID.randomUUID());

    /** What makes a server refuse writes, and what makes it take them again. */
    enum Fault {
        READONLY("it was put to a replica, which takes no writes", "REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
        NOREPLICAS(
                "too few of its replicas are in step",
                "CONFIG SET min-replicas-to-write 1",
                "CONFIG SET min-replicas-to-write 0"),
        OOM("its memory is full", "CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
        MISCONF(
                "it cannot write to its disk",
                "CONFIG SET save 3600\\ 1",
                "CONFIG SET stop-writes-on-bgsave-error no") {
            @Override
            void begin() throws IOException {
                try (Resp server = new Resp(SERVER.port())) {
                    List<?> directory = (List<?>) server.call("CONFIG", "GET", "dir");
                    Files.delete(Path.of(String.valueOf(directory.get(1))));
                    server.call("CONFIG", "SET", "save", "3600 1");
                    server.call("BGSAVE");
                    await().until(() ->
                            String.valueOf(server.call("INFO", "persistence")).contains("rdb_last_bgsave_status:err"));
                }
            }
        },
        NOPERM("this server lacks a permission there", "ACL SETUSER default -xadd", "ACL SETUSER default +xadd");

        /** How the reply begins; servers differ in what they say of a permission that a script lacks. */
        String reply() {
            return this == NOPERM ? "" : name() + " ";
        }

        private final String words;
        private final String begin;
        private final String end;

        Fault(String words, String begin, String end) {
            this.words = words;
            this.begin = begin;
            this.end = end;
        }

        void begin() throws IOException {
            assertThat(SERVER.ask(begin)).startsWith("+OK");
        }

        void end() throws IOException {
            assertThat(SERVER.ask(end)).startsWith("+OK");
        }
    }

    @BeforeAll
    static void start() {
        SERVER.start();
        valkey = new TestTransport(SERVER, JournalLimits.DEFAULT);
    }

    @AfterAll
    static void stop() {
        valkey.close();
        SERVER.close();
    }

    @ParameterizedTest
    @EnumSource
    void isToldInPlainWordsCountedAndLoggedOnceUntilItIsOver(Fault fault) throws IOException {
        ValkeyRefusal kind = ValkeyRefusal.valueOf(fault.name());
        awaitPublished(valkey);
        assertThat(valkey.transport().refusal()).isNull();
        // Where another server may be the primary by now, the connection is left, and the next call may find none.
        int times = kind.callsForThePrimary() ? 1 : 3;
        try (LoggedBy log = new LoggedBy(Refusals.class)) {
            fault.begin();
            try {
                for (int time = 1; time <= times; time++) {
                    assertThatThrownBy(() -> publish(valkey))
                            .isInstanceOfSatisfying(
                                    TransportUnavailableException.class,
                                    e -> assertThat(e.detail())
                                            .isEqualTo("the event journal refuses this at the moment: " + fault.words))
                            .hasMessageStartingWith("Valkey refused: " + fault.reply());
                }
                assertThat(valkey.transport().refusal()).isEqualTo(kind);
                assertThat(valkey.transport().isAnswering()).isTrue();
                await("reading")
                        .ignoreException(TransportUnavailableException.class)
                        .until(() -> valkey.source().readLast(job, 10).events().size() == 1);
            } finally {
                fault.end();
            }
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("1 refused by Valkey since the last such line, for example: " + fault.reply());
        }
        assertThat(valkey.refused()).endsWith(Collections.nCopies(times, kind).toArray(ValkeyRefusal[]::new));

        if (fault != Fault.NOPERM) { // Of which nothing but the very same call can tell whether it is over.
            await().until(() -> valkey.transport().refusal() == null);
        }
        awaitPublished(valkey);
        assertThat(valkey.transport().refusal()).isNull();
    }

    @Test
    void aClusterThatDoesNotServeTheSlotIsNamedAsWhatItIs() {
        try (ValkeyServer server = ValkeyServer.atFreePort("--cluster-enabled", "yes")) {
            server.start();
            try (TestTransport without = new TestTransport(server, JournalLimits.DEFAULT)) {
                assertThatThrownBy(() -> publish(without))
                        .isInstanceOfSatisfying(
                                TransportUnavailableException.class,
                                e -> assertThat(e.detail()).endsWith("a part of its cluster is down"));
                assertThat(without.refused()).containsExactly(ValkeyRefusal.CLUSTERDOWN);
            }
        }
    }

    @Test
    void aSlotThatIsBeingMovedIsNotTakenForAValkeyThatTakesNoWrites() throws IOException {
        try (ValkeyCluster cluster = ValkeyCluster.start(2, 0, Duration.ofSeconds(5));
                TestTransport node = new TestTransport(cluster, JournalLimits.DEFAULT, PubSub.AUTO);
                LoggedBy log = new LoggedBy(Refusals.class)) {
            publish(node);
            String key = TestTransport.KEYS.of(job);
            ValkeyServer from = cluster.primaryOf(key);
            ValkeyServer to = cluster.nodes().get(1 - cluster.nodes().indexOf(from));
            String slot = String.valueOf(cluster.slotOf(key));
            to.ask("CLUSTER SETSLOT " + slot + " IMPORTING " + ValkeyCluster.id(from));
            from.ask("CLUSTER SETSLOT " + slot + " MIGRATING " + ValkeyCluster.id(to));

            assertThatThrownBy(() -> publish(node))
                    .isInstanceOfSatisfying(
                            TransportUnavailableException.class,
                            e -> assertThat(e.detail())
                                    .endsWith("the part of its cluster that keeps this is being moved"));
            assertThat(node.refused()).containsExactly(ValkeyRefusal.MOVING);
            assertThat(node.transport().refusal()).isNull();

            from.ask("CLUSTER SETSLOT " + slot + " STABLE");
            to.ask("CLUSTER SETSLOT " + slot + " STABLE");
            awaitPublished(node);
            assertThat(log.lines()).singleElement().asString().startsWith("1 refused by Valkey");
        }
    }

    /** The name that is connected to leads to another server, and the connections of before are still good. */
    @Test
    void aConnectionToWhatIsNoPrimaryAnyMoreIsLeft() throws IOException {
        try (ValkeyServer before = ValkeyServer.startPrivate();
                ValkeyServer after = ValkeyServer.startPrivate();
                Proxy link = new Proxy(before.port());
                TestTransport node = new TestTransport("127.0.0.1", link.port(), JournalLimits.DEFAULT)) {
            RecordingListener listener = new RecordingListener();
            node.source().listen(job, listener);
            listener.awaitConnected();
            publish(node);

            link.leadNewTo(after.port());
            before.ask("REPLICAOF 127.0.0.1 1");
            awaitPublished(node);

            assertThat(after.ask("XLEN " + TestTransport.KEYS.of(job))).startsWith(":1\r");
            listener.awaitConnected(2);
            EventId heard = publish(node);
            await().until(() -> listener.ids().contains(heard));
        }
    }

    private EventId publish(TestTransport to) {
        return to.publisher().publish(job, NewEvent.of("step.output", "{}"));
    }

    private void awaitPublished(TestTransport to) {
        await().atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .ignoreException(TransportUnavailableException.class)
                .until(() -> publish(to), id -> true);
    }
}
