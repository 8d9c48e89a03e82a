package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.application.StreamSettings;
import dev.jobstream.application.StreamStart;
import dev.jobstream.application.Ticks;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A feed between a journal and a wire that are moved by hand. */
class JobFeedTest {

    private static final JobId JOB = new JobId("job");

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final ScriptedSource source = new ScriptedSource();
    private final JobEventStreams streams = new JobEventStreams(
            source,
            new Everybody(),
            StreamMetrics.NONE,
            StreamSettings.DEFAULT.withOpenWait(Duration.ZERO).withFeed(feed -> feed.withWindow(3, 1_000_000)),
            workers,
            clock);

    @BeforeEach
    void tenEventsAreInTheJournal() {
        source.journal.addAll(events(1, 10));
    }

    @Test
    void whatTheWireMissedIsReadFromTheJournal() {
        RecordingConnection client = watch(StreamStart.after(id(9)));
        source.channel.onConnected();
        workers.runAll();
        assertThat(client.take()).containsExactly("10-0");

        source.journal.addAll(events(11, 13));
        source.channel.onEvent(event(13));
        workers.runAll();

        assertThat(client.take()).containsExactly("11-0", "12-0", "13-0");
    }

    @Test
    void whatTheWireRepeatsIsNotReadAgain() {
        RecordingConnection client = watch(StreamStart.after(id(10)));
        source.channel.onConnected();
        workers.runAll();
        int reads = source.reads;

        source.channel.onEvent(event(10));
        source.channel.onEvent(event(9));
        workers.runAll();

        assertThat(client.take()).isEmpty();
        assertThat(source.reads).isEqualTo(reads);
    }

    @Test
    void aReaderThatOvertakesTheWireTakesTheOthersAlong() {
        RecordingConnection atTheEnd = watch(StreamStart.after(id(10)));
        source.channel.onConnected();
        workers.runAll();

        source.journal.add(event(11));
        RecordingConnection fromFarBack = watch(StreamStart.after(id(2)));
        assertThat(fromFarBack.take()).endsWith("11-0");
        assertThat(atTheEnd.take()).containsExactly("11-0");

        source.channel.onEvent(event(11));
        workers.runAll();
        assertThat(atTheEnd.take()).isEmpty();
    }

    @Test
    void whoIsBehindTheWindowWaitsWhileTheJournalIsAwayAndBeatsAllTheSame() {
        watch(StreamStart.now());
        source.channel.onConnected();
        workers.runAll();
        source.isAway(true);
        RecordingConnection client = watch(StreamStart.after(id(2)));

        for (int i = 0; i < 60; i++) {
            pass(Duration.ofMillis(250));
        }
        assertThat(client.take()).containsExactly("heartbeat");

        source.isAway(false);
        pass(Duration.ofMillis(500));
        pass(Duration.ofMillis(250));
        assertThat(client.take()).hasSize(8).last().isEqualTo("10-0");
    }

    @Test
    void aCatchUpThatFailedIsTriedAgain() {
        source.isAway(true);
        RecordingConnection client = watch(StreamStart.beginning());
        source.channel.onConnected();
        workers.runAll();

        source.isAway(false);
        pass(Duration.ofMillis(499));
        assertThat(client.take()).isEmpty();
        pass(Duration.ofMillis(1));

        assertThat(client.take()).hasSize(10);
    }

    @Test
    void aFailureThatNobodyExpectedIsReportedAndTriedAgainToo() {
        source.failure = new IllegalStateException("on purpose");
        RecordingConnection client = watch(StreamStart.beginning());
        source.channel.onConnected();
        assertThatIllegalStateException().isThrownBy(workers::runAll);

        source.failure = null;
        pass(Duration.ofMillis(500));

        assertThat(client.take()).hasSize(10);
    }

    @Test
    void manyWhoComeBackAtOnceCostOneRead() {
        watch(StreamStart.now());
        source.channel.onConnected();
        workers.runAll();
        int reads = source.reads;
        for (int i = 0; i < 100; i++) {
            assertThat(watch(StreamStart.after(id(2))).take()).hasSize(8);
        }

        assertThat(source.reads).isEqualTo(reads + 1);
    }

    @Test
    void pagesThatNobodyAsksForAreLetGo() {
        watch(StreamStart.now());
        source.channel.onConnected();
        workers.runAll();
        watch(StreamStart.after(id(2)));
        int reads = source.reads;

        for (int i = 0; i < 8; i++) {
            pass(Duration.ofMillis(1));
        }
        watch(StreamStart.after(id(2)));

        assertThat(source.reads).isEqualTo(reads + 1);
    }

    @Test
    void aPageFromBeforeTheWireBrokeIsNotGivenToWhoComesAfterIt() {
        RecordingConnection early = watch(StreamStart.after(id(2)));
        source.channel.onConnected();
        workers.runAll();
        assertThat(watch(StreamStart.after(id(2))).take()).hasSize(8).endsWith("10-0");

        source.journal.subList(8, 10).clear(); // A failover: what came last is lost, and the job goes on without it.
        source.journal.add(event(11, 8));
        source.channel.onConnected();
        workers.runAll();

        assertThat(watch(StreamStart.after(id(2))).take())
                .containsExactly("3-0", "4-0", "5-0", "6-0", "7-0", "8-0", "11-0");
        assertThat(early.take()).endsWith("10-0", "gap 10-0 11-0", "11-0");
    }

    @Test
    void whoStopsToFollowAJobWhileTheTransportIsSlowToListenStopsAllTheSame() {
        List<JobFeed> feeds = new ArrayList<>();
        ScriptedSource slow = new ScriptedSource() {
            @Override
            public Subscription listen(JobId job, EventListener listener) {
                Subscription begun = super.listen(job, listener);
                feeds.get(0).close();
                return begun;
            }
        };
        JobFeed feed = Feeds.feed(JOB, slow, FeedSettings.DEFAULT, workers, clock);
        feeds.add(feed);

        feed.start();

        assertThat(slow.channel).isNull();
    }

    private RecordingConnection watch(StreamStart start) {
        RecordingConnection client = new RecordingConnection();
        streams.open(new StreamRequest(JOB, start, null)).start(client);
        workers.runAll();
        return client;
    }

    private void pass(Duration time) {
        clock.advance(time);
        Ticks.tick(streams);
        workers.runAll();
    }
}
