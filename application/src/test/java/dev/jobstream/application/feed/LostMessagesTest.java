package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static dev.jobstream.test.domain.Events.liveOnly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted when a message does not come next: a loss of the wire's, a break of the journal's, or neither. */
class LostMessagesTest {

    private static final FeedSettings SETTINGS = FeedSettings.DEFAULT.withWindow(3, 1_000_000);

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final ScriptedSource source = new ScriptedSource();
    private int heals;
    private int breaks;
    private final FeedMetrics metrics = new FeedMetrics() {
        @Override
        public void healed() {
            heals++;
        }

        @Override
        public void journalBroken() {
            breaks++;
        }
    };
    private final JobFeed feed =
            new JobFeed(new JobId("job"), Feeds.context(source, SETTINGS, metrics, workers, workers, clock));

    @BeforeEach
    void tenEventsAreKnown() {
        source.journal.addAll(events(1, 10));
        feed.start();
        source.channel.onConnected();
        workers.runAll();
    }

    @Test
    void aMessageThatWasLostIsAHeal() {
        source.journal.addAll(events(11, 12));
        source.channel.onEvent(event(12));
        workers.runAll();

        assertCounted(1, 0);
    }

    @Test
    void severalThatWereLostInARowAreOneHoweverManyComeBeforeTheJournalIsRead() {
        source.journal.addAll(events(11, 16));
        source.channel.onEvent(event(13));
        source.channel.onEvent(event(14));
        source.meanwhile = () -> {
            source.channel.onEvent(event(15));
            source.channel.onEvent(liveOnly(1));
            source.channel.onEvent(event(16));
        };
        workers.runAll();

        assertCounted(1, 0);
    }

    @Test
    void twoLossesAreTwoHealsEvenIfOneReadMendsBoth() {
        source.journal.addAll(events(11, 14));
        source.channel.onEvent(event(12));
        source.channel.onEvent(event(14));
        workers.runAll();

        assertCounted(2, 0);
    }

    @Test
    void aLossAfterAHealIsAnother() {
        source.journal.addAll(events(11, 12));
        source.channel.onEvent(event(12));
        workers.runAll();
        source.journal.addAll(events(13, 14));
        source.channel.onEvent(event(14));
        workers.runAll();

        assertCounted(2, 0);
    }

    @Test
    void aLossIsOneWhenTheJournalHasToBeAskedTwice() {
        source.journal.addAll(events(11, 13));
        source.isAway(true);
        source.channel.onEvent(event(12));
        workers.runAll();
        source.channel.onEvent(event(13));
        source.isAway(false);
        clock.advance(Duration.ofSeconds(1));
        feed.tick();
        workers.runAll();

        assertThat(feed.reader().read(Cursor.after(id(11)))).isNotNull();
        assertCounted(1, 0);
    }

    @Test
    void whatComesTwiceOrLateIsNone() {
        source.journal.addAll(events(11, 12));
        source.channel.onEvent(event(12));
        source.channel.onEvent(event(12));
        workers.runAll();
        source.channel.onEvent(event(12));
        source.channel.onEvent(event(11));
        source.channel.onEvent(event(5)); // Below the window.
        workers.runAll();

        assertCounted(1, 0);
    }

    @Test
    void whatAReaderOfTheJournalHasBroughtBeforeTheWireIsNone() {
        source.journal.addAll(events(11, 13));
        assertThat(feed.reader().read(Cursor.after(id(2)))).isNotNull();
        source.channel.onEvent(event(11));
        source.channel.onEvent(event(12));
        source.channel.onEvent(event(13));
        workers.runAll();

        assertCounted(0, 0);
    }

    @Test
    void whatWentByWhileTheWireWasDownIsNone() {
        source.journal.addAll(events(11, 13));
        source.channel.onConnected();
        source.channel.onEvent(event(13));
        workers.runAll();

        assertCounted(0, 0);
    }

    @Test
    void aFailoverIsABreakAndNothingThatTheWireHasLost() {
        source.journal.subList(8, 10).clear();
        source.journal.add(event(11, 8));
        source.channel.onEvent(event(11, 8));
        workers.runAll();

        assertCounted(0, 1);
    }

    @Test
    void whatWasLostAndTrimmedBeforeItCouldBeReadIsBoth() {
        source.journal.clear();
        source.journal.addAll(events(15, 20));
        source.channel.onEvent(event(20));
        workers.runAll();

        assertCounted(1, 1);
    }

    private void assertCounted(int expectedHeals, int expectedBreaks) {
        assertThat(heals).as("heals").isEqualTo(expectedHeals);
        assertThat(breaks).as("breaks").isEqualTo(expectedBreaks);
    }
}
