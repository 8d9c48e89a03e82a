package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import dev.jobstream.test.domain.JournalContract;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Valkey goes away and comes back, or was not there to begin with. */
class OutageTest {

    /** For one that takes 2 s, by its setting; without one the driver waits for a minute. */
    private static final Duration SOON = Duration.ofSeconds(15);

    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private final ValkeyServer server = ValkeyServer.atFreePort();
    private final List<TestTransport> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(TestTransport::close);
        server.close();
    }

    @Test
    void aWireThatWasCutStandsAgainAndTheJournalHasWhatWasMissed() throws IOException {
        server.start();
        TestTransport valkey = transport();
        RecordingListener listener = listen(valkey, job).awaitConnected();
        EventId first = publish(valkey);
        listener.awaitHeard(1);

        server.ask("CLIENT KILL TYPE pubsub");
        EventId second = publish(valkey);
        listener.awaitConnected(2);
        EventId third = publish(valkey);

        await().until(() -> listener.ids().contains(third));
        List<JobEvent> missed = valkey.source().readAfter(job, first, 10).events();
        assertThat(missed).extracting(JobEvent::id).containsExactly(second, third);
        assertThat(missed).extracting(JobEvent::prev).containsExactly(first, second);
    }

    @Test
    void aSilentServerIsAskedByNobodyButTheProbe() {
        server.start();
        TestTransport valkey = transport();
        await().until(() -> valkey.transport().isAnswering());

        server.signal("STOP");
        await().until(() -> !valkey.transport().isAnswering());
        assertThatThrownBy(() -> publish(valkey))
                .isInstanceOf(TransportUnavailableException.class)
                .hasMessage("Valkey does not answer")
                .hasNoCause();
        assertThatThrownBy(() -> valkey.source().readAfter(job, EventId.NONE, 10))
                .isInstanceOf(TransportUnavailableException.class)
                .hasNoCause();

        server.signal("CONT");
        await().until(() -> valkey.transport().isAnswering());
        EventId id = publish(valkey);
        assertThat(valkey.source().readLast(job, 1).events())
                .extracting(JobEvent::id)
                .containsExactly(id);
    }

    @Test
    void everyJobHearsThatTheWireStandsAgain() throws IOException {
        server.start();
        TestTransport valkey = transport();
        List<RecordingListener> listeners = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            listeners.add(listen(valkey, new JobId(job + "." + i)));
        }
        listeners.forEach(RecordingListener::awaitConnected);

        server.ask("CLIENT KILL TYPE pubsub");

        listeners.forEach(listener -> listener.awaitConnected(2));
    }

    @Test
    void comesBackAfterARestartOnTheSamePort() {
        server.start();
        TestTransport valkey = transport();
        RecordingListener before = listen(valkey, job).awaitConnected();
        publish(valkey);
        before.awaitHeard(1);

        server.kill();
        RecordingListener during = listen(valkey, job);
        RecordingListener other = listen(valkey, new JobId(job + ".other"));
        assertUnavailableSoon(valkey);
        server.start();

        before.awaitConnected(2);
        other.awaitConnected();
        during.awaitConnected();
        EventId next = publishPersistently(valkey);
        await().until(() -> before.ids().contains(next) && during.ids().contains(next));
        assertThat(JournalContract.all(valkey.source(), job))
                .extracting(JobEvent::id)
                .contains(next);
    }

    @Test
    void waitsForAServerThatIsNotThereYet() {
        TestTransport valkey = transport();
        RecordingListener listener = listen(valkey, job);
        assertThat(valkey.transport().isRunning()).isTrue();
        assertUnavailableSoon(valkey);
        assertThat(listener.connections()).isZero();

        server.start();

        listener.awaitConnected();
        EventId id = publishPersistently(valkey);
        await().until(() -> listener.ids().contains(id));
    }

    @Test
    void whoLeftDuringAnOutageIsNotSubscribedAfterIt() throws IOException {
        server.start();
        TestTransport valkey = transport();
        RecordingListener stays = listen(valkey, job).awaitConnected();
        RecordingListener leaves = new RecordingListener();
        EventSource.Subscription leaving = valkey.source().listen(new JobId(job + ".leaves"), leaves);
        leaves.awaitConnected();

        server.kill();
        leaving.close();
        server.start();

        stays.awaitConnected(2);
        await().untilAsserted(() -> assertThat(server.ask("PUBSUB CHANNELS"))
                .contains(TestTransport.KEYS.of(job))
                .doesNotContain("leaves"));
    }

    @Test
    void aServerThatHangsIsUnavailableWithinTheCommandTimeout() throws Exception {
        server.start();
        TestTransport valkey = transport();
        publish(valkey);
        server.signal("STOP");
        try {
            assertUnavailableSoon(valkey);
        } finally {
            server.signal("CONT");
        }
        publishPersistently(valkey);
    }

    @Test
    void aPublicationThatBrokeOffIsNotSentAgain() throws Exception {
        server.start();
        TestTransport valkey = transport();
        AtomicBoolean stop = new AtomicBoolean();
        Set<EventId> confirmed = ConcurrentHashMap.newKeySet();
        AtomicInteger attempts = new AtomicInteger();
        List<Thread> publishers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread publisher = new Thread(() -> {
                while (!stop.get()) {
                    String data = "{\"attempt\":" + attempts.incrementAndGet() + "}";
                    try {
                        confirmed.add(valkey.publisher().publish(job, NewEvent.of("step.output", data)));
                    } catch (TransportUnavailableException e) {
                        // carried out or not, but not twice
                    }
                }
            });
            publisher.start();
            publishers.add(publisher);
        }
        for (int cut = 1; cut <= 15; cut++) {
            int enough = confirmed.size() + 50;
            await().until(() -> confirmed.size() >= enough);
            server.ask("CLIENT KILL TYPE normal");
        }
        stop.set(true);
        for (Thread publisher : publishers) {
            publisher.join();
        }

        publishPersistently(valkey);
        List<JobEvent> journal = JournalContract.all(valkey.source(), job);
        // On a fast machine they publish more than is kept.
        EventId oldest = journal.get(0).journaledId();
        confirmed.removeIf(oldest::isAfter);
        assertThat(journal).extracting(JobEvent::id).containsAll(confirmed);
        assertThat(journal).extracting(JobEvent::data).doesNotHaveDuplicates();
    }

    /** The case that a batch of subscriptions is cut in two, which the container waits for without end. */
    @Test
    void noSubscriptionIsLostWhenTheWireIsCutWhileManyAreMade() throws IOException {
        server.start();
        TestTransport valkey = transport();
        List<RecordingListener> listeners = new ArrayList<>();
        List<JobId> jobs = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 100; i++) {
                JobId one = new JobId(job + "." + round + "." + i);
                jobs.add(one);
                listeners.add(listen(valkey, one));
                if (i == 50) {
                    server.ask("CLIENT KILL TYPE pubsub");
                }
            }
        }

        listeners.forEach(RecordingListener::awaitConnected);
        for (int i = 0; i < jobs.size(); i += 37) {
            JobId one = jobs.get(i);
            RecordingListener listener = listeners.get(i);
            EventId id = publishPersistently(valkey, one);
            await().pollDelay(Duration.ZERO).until(() -> listener.ids().contains(id));
        }
    }

    private TestTransport transport() {
        TestTransport transport = new TestTransport(server, JournalLimits.DEFAULT);
        open.add(transport);
        return transport;
    }

    private static RecordingListener listen(TestTransport valkey, JobId job) {
        RecordingListener listener = new RecordingListener();
        valkey.source().listen(job, listener);
        return listener;
    }

    private EventId publish(TestTransport valkey) {
        return valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
    }

    private EventId publishPersistently(TestTransport valkey) {
        return publishPersistently(valkey, job);
    }

    private static EventId publishPersistently(TestTransport valkey, JobId to) {
        return await().atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .ignoreException(TransportUnavailableException.class)
                .until(() -> valkey.publisher().publish(to, NewEvent.of("step.output", "{}")), id -> true);
    }

    private void assertUnavailableSoon(TestTransport valkey) {
        long start = System.nanoTime();
        assertThatExceptionOfType(TransportUnavailableException.class).isThrownBy(() -> publish(valkey));
        assertThatExceptionOfType(TransportUnavailableException.class)
                .isThrownBy(() -> valkey.source().readAfter(job, EventId.NONE, 10));
        assertThatExceptionOfType(TransportUnavailableException.class)
                .isThrownBy(() -> valkey.source().readLast(job, 10));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON.multipliedBy(3));
    }
}
