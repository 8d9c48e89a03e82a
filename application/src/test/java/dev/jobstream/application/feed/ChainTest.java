package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static dev.jobstream.test.domain.Events.liveOnly;
import static dev.jobstream.test.domain.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalPage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChainTest {

    private final Chain chain = new Chain(FeedSettings.DEFAULT.withWindow(5, 1_000_000));

    @Test
    void knowsNothingUntilItHasBegun() {
        assertThat(chain.offer(event(1))).isFalse();
        assertThat(chain.head()).isNull();
    }

    @Test
    void takesInOnlyWhatComesNext() {
        chain.begin(new JournalPage(events(1, 3), false, true));

        assertThat(chain.offer(event(5))).isFalse();
        assertThat(chain.offer(event(3))).isFalse();
        assertThat(chain.offer(event(4))).isTrue();
        assertThat(chain.offer(liveOnly(9))).isTrue();
        assertThat(chain.head()).isEqualTo(id(4));
    }

    @Test
    void anEntryThatIsNoEventIsPassedAndShowsAsAGap() {
        chain.begin(new JournalPage(events(1, 3), false, true));
        Cursor cursor = placed(Cursor.after(id(3)));

        chain.pass(id(5));

        assertThat(chain.head()).isEqualTo(id(5));
        assertThat(chain.offer(event(6))).isTrue();
        EventBatch batch = chain.read(cursor);
        assertThat(batch.after()).isEqualTo(id(3));
        assertThat(batch.events()).containsExactly(event(6));
    }

    @Test
    void whatComesAfterTheEndIsNotPassed() {
        chain.begin(new JournalPage(List.of(event(1), terminal(2)), false, true));

        chain.pass(id(5));

        assertThat(chain.isFinishedFor(placed(Cursor.after(id(2))))).isTrue();
    }

    @Test
    void whatIsUnderWayFromBeforeALossIsNoContinuation() {
        chain.begin(new JournalPage(events(1, 3), false, true));

        chain.lose(id(3));

        assertThat(chain.offer(event(4))).isFalse();
        chain.append(event(9, 0));
        assertThat(chain.offer(event(10))).isTrue();
    }

    @Test
    void whoComesNowStandsBehindTheNewest() {
        chain.begin(new JournalPage(events(1, 3), false, true));
        Cursor cursor = placed(Cursor.atNow());
        chain.offer(event(4));

        assertThat(read(cursor)).containsExactly(event(4));
    }

    @Test
    void whoResumesStandsBehindTheEventItHasSeen() {
        chain.begin(new JournalPage(events(1, 8), false, true));

        assertThat(read(placed(Cursor.after(id(6))))).containsExactlyElementsOf(events(7, 8));
        assertThat(read(placed(Cursor.after(id(3))))).containsExactlyElementsOf(events(4, 8));
        assertThat(placed(Cursor.after(id(2))).place).isEqualTo(EventWindow.NOWHERE);
    }

    @Test
    void theBeginningIsHereOnlyIfTheFirstEventIs() {
        chain.begin(new JournalPage(events(1, 5), false, true));
        assertThat(read(placed(Cursor.atBeginning()))).containsExactlyElementsOf(events(1, 5));

        chain.offer(event(6));
        assertThat(placed(Cursor.atBeginning()).place).isEqualTo(EventWindow.NOWHERE);
    }

    @Test
    void whoFallsBehindTheWindowIsSentToTheJournalAndFoundAgain() {
        chain.begin(new JournalPage(events(1, 2), false, true));
        Cursor cursor = placed(Cursor.after(id(2)));
        events(3, 9).forEach(chain::offer);

        chain.place(cursor);
        assertThat(cursor.place).isEqualTo(EventWindow.NOWHERE);
        cursor.after = id(6);
        chain.place(cursor);
        assertThat(read(cursor)).containsExactlyElementsOf(events(7, 9));
    }

    @Test
    void whoHasTheLastEventOfAnEndedJobIsFinished() {
        chain.begin(new JournalPage(List.of(event(1), terminal(2)), false, true));

        assertThat(chain.isFinishedFor(Cursor.after(id(2)))).isTrue();
        assertThat(chain.isFinishedFor(Cursor.after(id(3)))).isTrue();
        assertThat(chain.isFinishedFor(Cursor.after(id(1)))).isFalse();
        assertThat(chain.isFinishedFor(Cursor.atBeginning())).isFalse();
        assertThat(chain.isOverFor(placed(Cursor.after(id(2))))).isTrue();
    }

    @Test
    void whoseEventTheJournalHasLostIsSettledBeforeWhatIsNewsToIt() {
        chain.begin(new JournalPage(events(4, 8), false, true));
        Cursor cursor = placed(Cursor.after(id(2)));

        chain.placeWithoutJournal(cursor, chain.windowStart());

        assertThat(read(cursor)).containsExactlyElementsOf(events(4, 8));
    }

    @Test
    void whoseIdIsAheadOfTheJournalIsSettledBehindIt() {
        chain.begin(new JournalPage(events(4, 8), false, true));
        Cursor cursor = placed(Cursor.after(id(99)));

        chain.placeWithoutJournal(cursor, chain.windowStart());

        assertThat(read(cursor)).isEmpty();
    }

    @Test
    void whoseIdIsAheadOfTheEndIsGivenTheEnd() {
        chain.begin(new JournalPage(List.of(event(1), terminal(2)), false, true));
        Cursor cursor = placed(Cursor.after(id(99)));

        chain.placeWithoutJournal(cursor, chain.windowStart());

        assertThat(read(cursor)).containsExactly(terminal(2));
    }

    @Test
    void nobodyIsSettledByAnAnswerFromBeforeTheWindowMoved() {
        chain.begin(new JournalPage(events(1, 5), false, true));
        long before = chain.windowStart();
        Cursor cursor = placed(Cursor.after(new EventId(0, 7)));
        chain.offer(event(6));

        chain.placeWithoutJournal(cursor, before);

        assertThat(cursor.place).isEqualTo(EventWindow.NOWHERE);
    }

    @Test
    void whatTheJournalLostAndTheWireRepeatsIsTakenInOnce() {
        chain.begin(new JournalPage(events(1, 3), false, true));
        Cursor cursor = placed(Cursor.after(id(3)));
        chain.rewindTo(event(2));

        assertThat(chain.offer(event(3))).isFalse();
        assertThat(chain.head()).isEqualTo(id(3));
        assertThat(read(cursor)).isEmpty();
    }

    @Test
    void thoseWhoStandAtTheSamePlaceShareABatch() {
        chain.begin(new JournalPage(events(1, 3), false, true));

        EventBatch one = chain.read(placed(Cursor.after(id(1))));
        EventBatch two = chain.read(placed(Cursor.after(id(1))));
        chain.offer(event(4));
        EventBatch three = chain.read(placed(Cursor.after(id(1))));

        assertThat(two).isSameAs(one);
        assertThat(three).isNotSameAs(one);
        assertThat(three.events()).containsExactlyElementsOf(events(2, 4));
    }

    @Test
    void aLiveOnlyEventIsNotForThoseWhoComeAfterIt() {
        chain.begin(new JournalPage(events(1, 1), false, true));
        Cursor early = placed(Cursor.after(id(1)));
        chain.offer(liveOnly(7));
        chain.offer(event(2));

        assertThat(read(placed(Cursor.after(id(1))))).containsExactly(event(2));
        assertThat(read(early)).containsExactly(liveOnly(7), event(2));
        assertThat(read(placed(Cursor.after(id(1))))).containsExactly(event(2));
    }

    private Cursor placed(Cursor cursor) {
        chain.place(cursor);
        return cursor;
    }

    private List<JobEvent> read(Cursor cursor) {
        List<JobEvent> events = new ArrayList<>();
        for (@Nullable EventBatch batch = chain.read(cursor); batch != null; batch = chain.read(cursor)) {
            events.addAll(batch.events());
        }
        return events;
    }
}
