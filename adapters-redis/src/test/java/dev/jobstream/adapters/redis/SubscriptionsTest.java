package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.ValkeyServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the listeners cost Valkey and this process. */
class SubscriptionsTest {

    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private final ValkeyServer server = ValkeyServer.startPrivate();
    private final TestTransport valkey = new TestTransport(server, JournalLimits.DEFAULT);

    @AfterEach
    void close() {
        valkey.close();
        server.close();
    }

    @Test
    void twoThousandJobsAreSubscribedInBatches() throws Exception {
        List<RecordingListener> listeners = new ArrayList<>();
        List<EventSource.Subscription> subscriptions = new ArrayList<>();

        for (int i = 0; i < 2_000; i++) {
            RecordingListener listener = new RecordingListener();
            listeners.add(listener);
            subscriptions.add(valkey.source().listen(new JobId(job + "." + i), listener));
        }
        listeners.forEach(RecordingListener::awaitConnected);

        assertThat(calls("subscribe")).isBetween(1L, 200L);

        subscriptions.forEach(EventSource.Subscription::close);
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(server.ask("PUBSUB CHANNELS")).isEqualTo("*0\r\n"));
        assertThat(calls("unsubscribe")).isLessThan(200);
    }

    @Test
    void listenersOfOneJobShareOneSubscription() throws Exception {
        for (int i = 0; i < 50; i++) {
            valkey.source().listen(job, new RecordingListener());
        }
        RecordingListener last = new RecordingListener();
        valkey.source().listen(job, last);
        last.awaitConnected();

        assertThat(calls("subscribe")).isEqualTo(1);
        assertThat(server.ask("PUBSUB NUMSUB " + TestTransport.KEYS.of(job))).contains(":1\r\n");
    }

    @Test
    void nothingIsLeftWhenAllHaveGone() throws Exception {
        RecordingListener listener = new RecordingListener();
        EventSource.Subscription subscription = valkey.source().listen(job, listener);
        listener.awaitConnected();

        subscription.close();

        await().untilAsserted(() -> assertThat(server.ask("PUBSUB CHANNELS")).isEqualTo("*0\r\n"));
    }

    @Test
    void whatIsListenedToAfterNobodyWasThereIsHeard() {
        for (int round = 0; round < 20; round++) {
            RecordingListener listener = new RecordingListener();
            try (EventSource.Subscription ignored = valkey.source().listen(job, listener)) {
                listener.awaitConnected();
                valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
                listener.awaitHeard(1);
            }
        }
    }

    @Test
    void stopEndsTheWireAndItsThreads() throws Exception {
        RecordingListener listener = new RecordingListener();
        valkey.source().listen(job, listener);
        listener.awaitConnected();

        valkey.transport().stop();

        assertThat(valkey.transport().isRunning()).isFalse();
        assertThat(server.ask("PUBSUB CHANNELS")).isEqualTo("*0\r\n");
        valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
        assertThat(listener.heard()).isEmpty();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("jobstream-")));
    }

    @Test
    void mayBeStoppedTwiceAndStartedAgain() {
        RecordingListener listener = new RecordingListener();
        valkey.source().listen(job, listener);
        listener.awaitConnected();

        valkey.transport().stop();
        valkey.transport().stop();
        valkey.transport().start();
        valkey.transport().start();

        listener.awaitConnected(2);
        valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
        listener.awaitHeard(1);
    }

    private long calls(String command) throws Exception {
        return server.ask("INFO commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
                .sum();
    }
}
