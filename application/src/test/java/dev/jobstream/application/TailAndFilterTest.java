package dev.jobstream.application;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.id;
import static dev.jobstream.test.domain.Events.liveOnly;
import static dev.jobstream.test.domain.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Streams that begin with the newest events, and streams that show some events alone. The window takes ten events. */
class TailAndFilterTest {

    private static final JobId JOB = new JobId("job");
    private static final EventFilter OUTPUT = EventFilter.parse("step.output");
    private static final EventFilter GATES = EventFilter.parse("gate.*");

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final ScriptedSource source = new ScriptedSource();
    private JobEventStreams streams = streams(8);
    private final RecordingConnection client = new RecordingConnection();

    private JobEventStreams streams(int pageEvents) {
        StreamSettings settings = StreamSettings.DEFAULT
                .withOpenWait(Duration.ZERO)
                .withFeed(feed -> feed.withWindow(10, 1_000_000).withBatch(pageEvents, 1_000_000));
        return new JobEventStreams(source, new Everybody(), StreamMetrics.NONE, settings, workers, clock);
    }

    private static JobEvent gate(int n) {
        return JobEvent.journaled(id(n), id(n - 1), new EventType("gate.passed"), EventData.parse("{}"));
    }

    private void journal(int from, int to) {
        IntStream.rangeClosed(from, to).forEach(n -> source.journal.add(event(n)));
    }

    /** Somebody follows the job already, so that its window is there. */
    private void followed() {
        watch(StreamStart.now(), null, new RecordingConnection());
        Objects.requireNonNull(source.channel).onConnected();
        workers.runAll();
    }

    private EventStream watch(StreamStart start, @Nullable EventFilter filter, RecordingConnection connection) {
        EventStream stream = streams.open(new StreamRequest(JOB, start, filter, null, null));
        stream.start(connection);
        workers.runAll();
        return stream;
    }

    private void publish(JobEvent event) {
        if (!event.isLiveOnly()) {
            source.journal.add(event);
        }
        Objects.requireNonNull(source.channel).onEvent(event);
        workers.runAll();
    }

    private void pass(Duration time) {
        clock.advance(time);
        streams.tick();
        workers.runAll();
    }

    // ---- the tail ----

    @Test
    void theTailComesFromTheWindowAndLiveBehindIt() {
        journal(1, 30);
        followed();
        int reads = source.reads;

        watch(StreamStart.tail(3), null, client);
        publish(event(31));

        assertThat(client.got).containsExactly("at 27-0", "28-0", "29-0", "30-0", "31-0");
        assertThat(source.reads).isEqualTo(reads);
    }

    @Test
    void theTailComesFromTheJournalWhereTheWindowIsTooShort() {
        journal(1, 50);
        followed();

        watch(StreamStart.tail(33), null, client);
        publish(event(51));

        assertThat(client.got)
                .filteredOn(got -> !got.startsWith("at"))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(18, 51).mapToObj(n -> n + "-0").toList());
    }

    @Test
    void aTailThatIsLongerThanTheJobIsTheWholeJobWithoutAGap() {
        journal(4, 30);
        followed();

        watch(StreamStart.tail(1_000), null, client);

        assertThat(client.got)
                .filteredOn(got -> !got.startsWith("at"))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(4, 30).mapToObj(n -> n + "-0").toList());
    }

    @Test
    void onlyWhatPassesTheFilterIsCounted() {
        for (int n = 1; n <= 60; n++) {
            source.journal.add(n % 20 == 5 ? gate(n) : event(n));
        }
        followed();

        watch(StreamStart.tail(2), GATES, client);
        publish(event(61));
        publish(gate(62));

        assertThat(client.got).containsExactly("25-0", "45-0", "62-0");
    }

    @Test
    void aSearchLooksAtSoManyEventsAndNoMore() {
        streams = streams(500);
        journal(1, 25_000);
        followed();
        source.reads = 0;

        watch(StreamStart.tail(2), GATES, client);

        assertThat(source.reads).as("pages of 500, kept for the way forward").isBetween(40, 45);
        pass(Duration.ofSeconds(15));
        publish(gate(25_001));
        assertThat(client.got)
                .first()
                .asString()
                .as("behind the first page that it dropped")
                .startsWith("at 5");
        assertThat(client.got).endsWith("at 25000-0", "25001-0").hasSize(3);
    }

    @Test
    void othersHaveTheirTurnWhileTheJournalIsSearched() {
        journal(1, 1_000);
        followed();
        EventStream searching = streams.open(new StreamRequest(JOB, StreamStart.tail(1), GATES, null, null));
        searching.start(client);
        RecordingConnection other = new RecordingConnection();
        EventStream behind = streams.open(new StreamRequest(JOB, StreamStart.after(id(900)), null));
        int[] readsWhenServed = {0};
        other.writeTakes(() -> readsWhenServed[0] = readsWhenServed[0] == 0 ? source.reads : readsWhenServed[0]);
        behind.start(other);
        int before = source.reads;
        workers.runAll();

        assertThat(readsWhenServed[0] - before).isLessThan(5);
        assertThat(other.got).hasSize(100);
    }

    @Test
    void whoSearchesTogetherSharesThePages() {
        journal(1, 400);
        followed();
        source.reads = 0;
        List<EventStream> opened = IntStream.range(0, 50)
                .mapToObj(n -> streams.open(new StreamRequest(JOB, StreamStart.tail(1), GATES, null, null)))
                .toList();
        opened.forEach(stream -> stream.start(new RecordingConnection()));
        workers.runAll();

        assertThat(source.reads).isLessThan(3 * 400 / 8);
    }

    @Test
    void aSearchThatFailsIsTakenUpAgain() {
        journal(1, 50);
        followed();
        source.isAway(true);
        watch(StreamStart.tail(20), null, client);
        assertThat(client.got).isEmpty();

        source.isAway(false);
        pass(Duration.ofSeconds(1));

        assertThat(client.got)
                .filteredOn(got -> !got.startsWith("at"))
                .hasSize(20)
                .endsWith("50-0");
    }

    @Test
    void theTailOfAJobThatHasEndedEndsWithItsEnd() {
        journal(1, 4);
        source.journal.add(terminal(5));
        followed();

        EventStream stream = watch(StreamStart.tail(2), null, client);

        assertThat(stream.isFinished()).isFalse();
        assertThat(client.got).containsExactly("at 3-0", "4-0", "5-0", "FINISHED");
        assertThat(streams.open(new StreamRequest(JOB, StreamStart.tail(0), null))
                        .isFinished())
                .isTrue();
    }

    @Test
    void theTailOfAJobWithoutEventsIsWhatComes() {
        followed();

        watch(StreamStart.tail(5), null, client);
        publish(event(1));
        publish(liveOnly(9));

        assertThat(client.got).containsExactly("at 0-0", "1-0", "live");
    }

    // ---- the filter ----

    @Test
    void whatDoesNotPassCostsNoWriteAndTheBeatTellsThePosition() {
        followed();
        watch(StreamStart.now(), OUTPUT, client);
        assertThat(client.take()).containsExactly("at 0-0");
        publish(event(1));
        publish(gate(2));
        publish(gate(3));
        assertThat(client.take()).containsExactly("1-0");

        pass(Duration.ofSeconds(15));
        assertThat(client.take()).containsExactly("at 3-0");
        pass(Duration.ofSeconds(15));
        assertThat(client.take()).as("nothing was dropped since").containsExactly("heartbeat");
        publish(gate(4));
        publish(event(5));
        pass(Duration.ofSeconds(15));
        assertThat(client.take()).as("an event has told").containsExactly("5-0", "heartbeat");
    }

    @Test
    void aJobThatNeverRestsDoesNotKeepABeatFromAFilteredClient() {
        followed();
        watch(StreamStart.now(), OUTPUT, client);
        client.take();
        for (int n = 1; n <= 40; n++) {
            publish(gate(n));
            pass(Duration.ofSeconds(1));
        }
        assertThat(client.got).hasSize(2).allMatch(got -> got.startsWith("at "));
    }

    @Test
    void aFilteredStreamFromTheBeginningTellsSoFirst() {
        for (int n = 1; n <= 30; n++) {
            source.journal.add(gate(n));
        }
        followed();

        watch(StreamStart.beginning(), OUTPUT, client);
        publish(event(31));

        assertThat(client.got).containsExactly("at 0-0", "31-0");
    }

    @Test
    void whoResumesAtTheBeginningMissesNothingAndIsToldWhatIsGone() {
        journal(1, 3);
        followed();
        watch(StreamStart.after(EventId.NONE), OUTPUT, client);
        assertThat(client.take()).containsExactly("at 0-0", "1-0", "2-0", "3-0");

        source.journal.subList(0, 2).clear();
        streams = streams(8);
        followed();
        watch(StreamStart.after(EventId.NONE), OUTPUT, client);
        assertThat(client.got).containsExactly("at 0-0", "gap 0-0 3-0", "3-0");
    }

    @Test
    void aFilteredClientThatComesBackIsToldWhereItIs() {
        journal(1, 8);
        followed();
        EventStream stream = streams.open(new StreamRequest(JOB, StreamStart.after(id(8)), OUTPUT, null, null));

        assertThat(stream.takePosition()).isEqualTo(id(8));
        stream.start(client);
        workers.runAll();
        assertThat(client.got).as("told once").isEmpty();
    }

    @Test
    void aGapIsToldToAFilteredClientTooAndTheEndEndsIt() {
        followed();
        watch(StreamStart.now(), OUTPUT, client);
        client.take();
        publish(event(1));
        source.journal.clear();
        source.journal.add(gate(7));
        Objects.requireNonNull(source.channel).onEvent(gate(7));
        workers.runAll();
        publish(terminal(8));

        assertThat(client.got).containsExactly("1-0", "gap 1-0 7-0", "8-0", "FINISHED");
    }

    @Test
    void liveOnlyEventsAreFilteredToo() {
        followed();
        watch(StreamStart.now(), EventFilter.parse("job.progress"), client);
        RecordingConnection other = new RecordingConnection();
        watch(StreamStart.now(), OUTPUT, other);
        publish(liveOnly(1));

        assertThat(client.got).containsExactly("at 0-0", "live");
        assertThat(other.got).containsExactly("at 0-0");
    }
}
