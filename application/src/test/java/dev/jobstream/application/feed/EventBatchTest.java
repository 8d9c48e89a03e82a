package dev.jobstream.application.feed;

import static dev.jobstream.application.testing.Events.event;
import static dev.jobstream.application.testing.Events.events;
import static dev.jobstream.application.testing.Events.id;
import static dev.jobstream.application.testing.Events.liveOnly;
import static dev.jobstream.application.testing.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.domain.EventData;
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
