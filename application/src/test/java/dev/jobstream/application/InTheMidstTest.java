package dev.jobstream.application;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What comes at the one moment at which it could be lost: a race a test, and always the same. */
class InTheMidstTest {

    private static final JobId JOB = new JobId("job");

    private final ManualExecutor workers = new ManualExecutor();
    private final ScriptedSource source = new ScriptedSource();

    @Test
    void whatIsHeardWhileTheJournalIsReadIsReadNext() {
        source.journal.addAll(events(1, 10));
        RecordingConnection client = new RecordingConnection();
        watch(workers, client);

        source.journal.addAll(events(11, 12));
        source.meanwhile = () -> {
            source.journal.addAll(events(13, 14));
            source.channel.onEvent(event(14)); // Does not fit yet, and the page that is being read does not have it.
        };
        source.channel.onEvent(event(12));
        workers.runAll();

        assertThat(client.take()).containsExactly("11-0", "12-0", "13-0", "14-0");
    }

    @Test
    void aReconnectWhileTheJournalIsReadHasItReadAgain() {
        source.journal.addAll(events(1, 10));
        RecordingConnection client = new RecordingConnection();
        watch(workers, client);

        source.journal.add(event(11));
        source.meanwhile = () -> {
            source.journal.add(event(12)); // The wire was broken, and has missed it.
            source.channel.onConnected();
        };
        source.channel.onConnected();
        workers.runAll();

        assertThat(client.take()).containsExactly("11-0", "12-0");
    }

    @Test
    void whatComesWhileManyAreBeingWokenReachesThoseWhoWereWokenFirst() {
        source.journal.addAll(events(1, 10));
        Executor drainsAtOnce = task -> {
            if (task instanceof StreamSession) {
                task.run();
            } else {
                workers.execute(task);
            }
        };
        List<During> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(new During());
        }
        watch(drainsAtOnce, clients.toArray(During[]::new));

        clients.get(5).meanwhile = () -> source.channel.onEvent(event(12));
        source.channel.onEvent(event(11));
        workers.runAll();

        assertThat(clients).allSatisfy(client -> assertThat(client.got).containsExactly("11-0", "12-0"));
    }

    @Test
    void whatComesWhileAClientIsWrittenToIsWrittenNext() {
        source.journal.addAll(events(1, 10));
        During client = new During();
        watch(workers, client);

        client.meanwhile = () -> source.channel.onEvent(event(12));
        source.channel.onEvent(event(11));
        workers.runAll();

        assertThat(client.got).containsExactly("11-0", "12-0");
    }

    private void watch(Executor executor, ClientConnection... clients) {
        StreamSettings settings = StreamSettings.DEFAULT.withOpenWait(Duration.ZERO);
        JobEventStreams streams =
                new JobEventStreams(source, new Everybody(), StreamMetrics.NONE, settings, executor, new ManualClock());
        for (ClientConnection client : clients) {
            streams.open(new StreamRequest(JOB, StreamStart.after(id(10)), null))
                    .start(client);
        }
        source.channel.onConnected();
        workers.runAll();
    }

    /** A client to which something happens while it is written to. */
    private static final class During implements ClientConnection {

        final List<String> got = new ArrayList<>();

        @Nullable
        Runnable meanwhile;

        @Override
        public boolean send(EventBatch batch) {
            batch.events().forEach(event -> got.add(event.journaledId().toString()));
            Runnable happens = meanwhile;
            meanwhile = null;
            if (happens != null) {
                happens.run();
            }
            return true;
        }

        @Override
        public boolean position(EventId id) {
            return true;
        }

        @Override
        public boolean heartbeat() {
            return true;
        }

        @Override
        public void close(EndReason reason) {}
    }
}
