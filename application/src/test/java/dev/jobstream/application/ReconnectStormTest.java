package dev.jobstream.application;

import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Very many come back to one job, far behind, and not all to the same event. */
class ReconnectStormTest {

    private static final JobId JOB = new JobId("job");
    private static final int EVENTS = 400;
    private static final int PAGE = 4;

    private final ManualExecutor workers = new ManualExecutor();
    private final ScriptedSource source = new ScriptedSource();
    private final JobEventStreams streams = new JobEventStreams(
            source,
            new Everybody(),
            StreamMetrics.NONE,
            StreamSettings.DEFAULT
                    .withOpenWait(Duration.ZERO)
                    .withFeed(feed -> feed.withWindow(8, 1_000_000))
                    .withFeed(feed -> feed.withBatch(PAGE, 1_000_000)),
            workers,
            new ManualClock());

    @Test
    void theJournalIsReadOnceForThemAll() {
        source.journal.addAll(events(1, EVENTS));
        List<RecordingConnection> clients = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            RecordingConnection client = new RecordingConnection();
            clients.add(client);
            streams.open(new StreamRequest(JOB, StreamStart.after(id(10 + i % 3)), null))
                    .start(client);
        }
        source.channel.onConnected();
        workers.runAll();

        for (int i = 0; i < clients.size(); i++) {
            assertThat(clients.get(i).take())
                    .containsExactlyElementsOf(events(11 + i % 3, EVENTS).stream()
                            .map(JobEvent::journaledId)
                            .map(Object::toString)
                            .toList());
        }
        int pages = EVENTS / PAGE;
        assertThat(source.reads).as("reads of %d pages for 300 clients", pages).isLessThan(2 * pages);
    }
}
