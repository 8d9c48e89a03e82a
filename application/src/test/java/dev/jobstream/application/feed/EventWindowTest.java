package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.id;
import static dev.jobstream.test.domain.Events.liveOnly;
import static dev.jobstream.test.domain.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.test.domain.Events;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventWindowTest {

    private static final int AMPLE = 1_000_000;

    @Test
    void holdsAsManyEventsAsItMayAndForgetsTheOldest() {
        EventWindow window = window(5, AMPLE, 12);

        assertThat(window.first()).isEqualTo(7);
        assertThat(window.end()).isEqualTo(12);
        assertThat(read(window, 7)).containsExactlyElementsOf(Events.events(8, 12));
        assertThat(window.contains(id(7))).isFalse();
        assertThat(window.contains(id(8))).isTrue();
    }

    @Test
    void holdsAsManyBytesAsItMay() {
        EventWindow window = window(100, 30, 9);

        assertThat(read(window, window.first())).containsExactlyElementsOf(Events.events(7, 9));
    }

    @Test
    void holdsTheNewestHoweverLargeItIs() {
        EventWindow window = window(100, 1, 9);

        assertThat(read(window, window.first())).containsExactly(event(9));
    }

    @Test
    void growsWithoutLosingAnything() {
        EventWindow window = window(1000, AMPLE, 700);

        assertThat(read(window, 0)).containsExactlyElementsOf(Events.events(1, 700));
    }

    @Test
    void knowsThePlaceBehindEachEventItHoldsAndBehindTheOneBeforeTheOldest() {
        EventWindow window = window(5, AMPLE, 12);

        for (int n = 7; n <= 12; n++) {
            assertThat(window.placeAfter(id(n))).as("after %d", n).isEqualTo(n);
        }
        assertThat(window.placeAfter(id(6))).isEqualTo(EventWindow.NOWHERE);
        assertThat(window.placeAfter(id(13))).isEqualTo(EventWindow.NOWHERE);
        assertThat(window.placeAfter(new EventId(9, 5))).isEqualTo(EventWindow.NOWHERE);
        assertThat(window.beforeOldest()).isEqualTo(id(7));
    }

    @Test
    void findsEventsAfterTheJournalWentOnWithLowerIds() {
        EventWindow window = window(10, AMPLE, 8);
        JobEvent lower = JobEvent.journaled(new EventId(5, 1), id(5), event(1).type(), event(1).data());
        window.append(lower);

        assertThat(window.placeAfter(id(8))).isEqualTo(8);
        assertThat(window.placeAfter(new EventId(5, 1))).isEqualTo(9);
        assertThat(window.firstAfter(id(5), new EventId(5, 1))).isEqualTo(8);
    }

    @Test
    void readsUpToANumberOfEventsOrUntilTheirBytesAreReached() {
        EventWindow window = window(10, AMPLE, 8);
        List<JobEvent> events = new ArrayList<>();

        assertThat(window.read(1, 0, 3, AMPLE, events)).isEqualTo(4);
        assertThat(events).containsExactlyElementsOf(Events.events(2, 4));
        events.clear();
        assertThat(window.read(4, 0, 100, 11, events)).isEqualTo(6);
        assertThat(events).containsExactlyElementsOf(Events.events(5, 6));
        events.clear();
        assertThat(window.read(4, 0, 100, 10, events)).isEqualTo(5);
        assertThat(events).containsExactly(event(5));
    }

    @Test
    void readsNothingBehindATerminalEvent() {
        EventWindow window = window(10, AMPLE, 2);
        window.append(terminal(3));
        window.append(liveOnly(4));
        List<JobEvent> events = new ArrayList<>();

        assertThat(window.read(0, 0, 100, AMPLE, events)).isEqualTo(3);
        assertThat(events).hasSize(3);
    }

    @Test
    void passesOverLiveOnlyEventsFromBeforeTheReaderCame() {
        EventWindow window = window(10, AMPLE, 1);
        window.append(liveOnly(100));
        window.append(liveOnly(101));
        window.append(event(2));
        List<JobEvent> events = new ArrayList<>();

        window.read(0, 2, 100, AMPLE, events);

        assertThat(events).containsExactly(event(1), liveOnly(101), event(2));
    }

    private static EventWindow window(int maxEvents, int maxBytes, int filledWith) {
        EventWindow window = new EventWindow(maxEvents, maxBytes);
        Events.events(1, filledWith).forEach(window::append);
        return window;
    }

    private static List<JobEvent> read(EventWindow window, long from) {
        List<JobEvent> events = new ArrayList<>();
        window.read(from, 0, AMPLE, AMPLE, events);
        return events;
    }
}
