package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static dev.jobstream.test.domain.Events.liveOnly;
import static dev.jobstream.test.domain.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEvent;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class EventBatchTest {

    @Test
    void anUnbrokenChainHasNoGap() throws IOException {
        assertThat(walk(new EventBatch(id(3), events(4, 6)))).containsExactly("4-0", "5-0", "6-0");
    }

    @Test
    void aGapIsAnnouncedWhereTheChainIsBroken() throws IOException {
        assertThat(walk(new EventBatch(id(1), List.of(event(4), event(5), event(9)))))
                .containsExactly("gap 1-0 4-0", "4-0", "5-0", "gap 5-0 9-0", "9-0");
    }

    @Test
    void nothingIsMissingForWhoStartsHere() throws IOException {
        assertThat(walk(new EventBatch(null, List.of(liveOnly(1), event(7))))).containsExactly("live", "7-0");
    }

    @Test
    void aLossWithNothingBehindItIsTold() throws IOException {
        EventBatch lost = EventBatch.lost(id(3));

        assertThat(walk(lost)).containsExactly("gap 3-0 null");
        assertThat(lost.last()).isEqualTo(id(3));
        assertThat(lost.isTerminal()).isFalse();
    }

    @Test
    void anEventWithoutItsDataComesBehindAGap() throws IOException {
        JobEvent end = JobEvent.journaled(id(4), id(3), new EventType("job.failed"), EventData.LOST);

        assertThat(walk(new EventBatch(id(3), List.of(end)))).containsExactly("gap 3-0 4-0", "4-0");
        assertThat(walk(new EventBatch(null, List.of(end)))).containsExactly("4-0");
    }

    @Test
    void liveOnlyEventsDoNotBreakTheChain() throws IOException {
        EventBatch batch = new EventBatch(id(1), List.of(liveOnly(8), event(2), liveOnly(9), event(3), liveOnly(10)));

        assertThat(walk(batch)).containsExactly("live", "2-0", "live", "3-0", "live");
        assertThat(batch.last()).isEqualTo(id(3));
        assertThat(new EventBatch(id(1), List.of(liveOnly(8))).last()).isEqualTo(id(1));
    }

    @Test
    void isTerminalIfItsLastEventIs() {
        assertThat(new EventBatch(id(1), List.of(event(2), terminal(3))).isTerminal())
                .isTrue();
        assertThat(new EventBatch(id(1), List.of(event(2))).isTerminal()).isFalse();
    }

    @Test
    void aFormatIsAppliedOnceForAllWhoShare() {
        EventBatch batch = new EventBatch(id(1), events(2, 3));
        int[] calls = {0};
        Function<EventBatch, String> format = b -> "made " + ++calls[0];

        assertThat(batch.encoded(format)).isEqualTo("made 1").isEqualTo(batch.encoded(format));
    }

    @Test
    void theResultsOfTwoFormatsAreRemembered() {
        EventBatch batch = new EventBatch(id(1), events(2, 3));
        int[] calls = {0};
        Function<EventBatch, String> lines = b -> "lines " + ++calls[0];
        Function<EventBatch, String> frames = b -> "frames " + ++calls[0];
        Function<EventBatch, String> text = b -> "text " + ++calls[0];

        for (int i = 0; i < 2; i++) {
            assertThat(batch.encoded(lines)).isEqualTo("lines 1");
            assertThat(batch.encoded(frames)).isEqualTo("frames 2");
        }
        assertThat(batch.encoded(text)).isEqualTo("text 3");
        assertThat(batch.encoded(frames)).isEqualTo("frames 2");
        assertThat(batch.encoded(lines)).as("of three, the oldest is made anew").isEqualTo("lines 4");
    }

    // ---- filters ----

    private static final EventFilter OUTPUT = EventFilter.parse("step.output");
    private static final EventFilter PROGRESS = EventFilter.parse("step.progress");

    private static JobEvent progress(int n) {
        return JobEvent.journaled(id(n), id(n - 1), new EventType("step.progress"), EventData.parse("{}"));
    }

    @Test
    void aFilterShowsWhatPassesAndTheReaderMovesOnBehindTheRest() throws IOException {
        EventBatch batch = new EventBatch(id(1), List.of(event(2), progress(3), event(4), progress(5)));

        EventBatch output = batch.filtered(OUTPUT);
        assertThat(walk(output)).containsExactly("2-0", "4-0");
        assertThat(output.size()).isEqualTo(2);
        assertThat(output.told()).isEqualTo(id(4));
        assertThat(output.last()).isEqualTo(id(5));
        assertThat(walk(batch.filtered(PROGRESS))).containsExactly("3-0", "5-0");
        assertThat(walk(batch)).hasSize(4);
    }

    @Test
    void theEndPassesEveryFilter() throws IOException {
        EventBatch batch = new EventBatch(id(1), List.of(progress(2), terminal(3)));

        assertThat(walk(batch.filtered(OUTPUT))).containsExactly("3-0");
        assertThat(batch.filtered(OUTPUT).isTerminal()).isTrue();
    }

    @Test
    void whereNothingPassesThereIsNothingToTell() throws IOException {
        EventBatch nothing = new EventBatch(id(1), List.of(progress(2), liveOnly(9), progress(3))).filtered(OUTPUT);

        assertThat(walk(nothing)).isEmpty();
        assertThat(nothing.isSilent()).isTrue();
        assertThat(nothing.told()).isNull();
        assertThat(nothing.last()).isEqualTo(id(3));
    }

    @Test
    void aGapIsToldWhereWhatIsMissingMightHavePassed() throws IOException {
        EventBatch broken = new EventBatch(id(1), List.of(progress(2), progress(7), event(8)));

        assertThat(walk(broken.filtered(OUTPUT))).containsExactly("gap 2-0 7-0", "8-0");
        EventBatch hidden = new EventBatch(id(1), List.of(progress(7))).filtered(OUTPUT);
        assertThat(walk(hidden)).containsExactly("gap 1-0 7-0");
        assertThat(hidden.isSilent()).isFalse();
        assertThat(walk(EventBatch.lost(id(3)).filtered(OUTPUT))).containsExactly("gap 3-0 null");
        assertThat(EventBatch.lost(id(3)).filtered(OUTPUT).isSilent()).isFalse();
    }

    @Test
    void whoHasTheSameFilterSharesWhatItLeavesAndWhatAFormatMakesOfIt() {
        EventBatch batch = new EventBatch(id(1), List.of(event(2), progress(3)));
        int[] calls = {0};
        Function<EventBatch, String> format = b -> "made " + ++calls[0];

        EventBatch one = batch.filtered(OUTPUT);
        assertThat(batch.filtered(EventFilter.parse("step.output"))).isSameAs(one);
        assertThat(one.encoded(format)).isEqualTo("made 1").isEqualTo(one.encoded(format));
    }

    @Test
    void aCrowdsFilterIsRememberedWhateverOthersMakeUp() {
        EventBatch batch = new EventBatch(id(1), List.of(event(2), progress(3)));
        EventBatch crowd = batch.filtered(OUTPUT);
        EventBatch stranger = batch.filtered(EventFilter.parse("made.up"));

        for (int i = 0; i < 3 * EventBatch.MOST_FILTERS; i++) {
            EventBatch unused = batch.filtered(EventFilter.parse("made.up" + i));
            assertThat(batch.filtered(OUTPUT)).isSameAs(crowd);
        }
        assertThat(batch.filtered(EventFilter.parse("made.up"))).isNotSameAs(stranger);
    }

    @Test
    void isFullWhenItHasTheEventsOrTheBytesOrTheEnd() {
        EventBatch two = new EventBatch(id(1), events(2, 3)); // Twenty bytes.

        assertThat(two.isFull(3, 21)).isFalse();
        assertThat(two.isFull(2, 21)).isTrue();
        assertThat(two.isFull(3, 20)).isTrue();
        assertThat(new EventBatch(id(1), List.of(terminal(2))).isFull(3, 21)).isTrue();
    }

    @Test
    void isNeverEmpty() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EventBatch(id(1), List.<JobEvent>of()));
    }

    private static List<String> walk(EventBatch batch) throws IOException {
        RecordingConnection connection = new RecordingConnection();
        connection.send(batch);
        return connection.got;
    }
}
