package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static dev.jobstream.test.domain.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A chain that is brought to where its journal is, whatever has become of that. */
class JournalFollowerTest {

    private static final JobId JOB = new JobId("job");
    private static final FeedSettings SETTINGS =
            FeedSettings.DEFAULT.withWindow(5, 1_000_000).withBatch(3, 1_000_000);

    private final ScriptedSource source = new ScriptedSource();
    private final Chain chain = new Chain(SETTINGS);
    private int breaks;
    private final JournalFollower follower = new JournalFollower(
            JOB,
            Feeds.context(source, SETTINGS, metrics(), Runnable::run, Runnable::run, new ManualClock()),
            chain,
            new Object());

    @Test
    void beginsWithTheNewestEvents() {
        source.journal.addAll(events(1, 8));

        assertThat(follower.readPage()).isFalse();

        assertThat(watching(id(3))).containsExactly("4-0", "5-0", "6-0", "7-0", "8-0");
        assertThat(breaks).isZero();
    }

    @Test
    void readsPageByPageAndSaysWhetherThereIsMore() {
        knownAre(events(1, 2));
        source.journal.addAll(events(3, 7));

        assertThat(follower.readPage()).isTrue();
        assertThat(chain.head()).isEqualTo(id(5));
        assertThat(follower.readPage()).isFalse();
        assertThat(chain.head()).isEqualTo(id(7));
        assertThat(breaks).isZero();
    }

    @Test
    void anEmptyJournalThatStaysEmptyIsFollowedWithOneRead() {
        knownAre(List.of());

        assertThat(follower.readPage()).isFalse();

        assertThat(source.reads).isOne();
        assertThat(breaks).isZero();
    }

    @Test
    void aChainThatIsWhereItsJournalIsCostsOneRead() {
        knownAre(events(1, 3));

        assertThat(follower.readPage()).isFalse();

        assertThat(source.reads).isOne();
        assertThat(breaks).isZero();
    }

    @Test
    void behindWhatWasTrimmedComesWhatIsLeftAndTheGapShows() {
        knownAre(events(1, 3));
        source.journal.clear();
        source.journal.addAll(events(8, 11)); // More than a page.

        followToTheEnd();

        assertThat(watching(id(3))).containsExactly("gap 3-0 8-0", "8-0", "9-0", "10-0", "11-0");
        assertThat(breaks).isOne();
    }

    @Test
    void aJournalThatBeganAnewIsFollowedFromItsFirstEventOn() {
        knownAre(events(1, 3));
        source.journal.clear();
        source.journal.addAll(List.of(event(9, 0), event(10)));

        followToTheEnd();

        assertThat(watching(id(3))).containsExactly("gap 3-0 9-0", "9-0", "10-0");
        assertThat(breaks).isOne();
    }

    @Test
    void anEventDeletedFromTheMidstOfTheJournalIsAGapAndNoEnd() {
        knownAre(events(1, 3));
        source.journal.addAll(List.of(event(4), event(6)));

        followToTheEnd();

        assertThat(watching(id(3))).containsExactly("4-0", "gap 4-0 6-0", "6-0");
    }

    @Test
    void whatTheWireBringsWhileATrimmedJournalIsReadIsNotTakenInTwice() {
        knownAre(events(1, 5));
        source.journal.clear();
        source.journal.addAll(events(8, 10));
        source.meanwhile = () -> events(6, 8).forEach(chain::offer);

        followToTheEnd();

        assertThat(watching(id(5))).containsExactly("6-0", "7-0", "8-0", "9-0", "10-0");
    }

    @Test
    void afterAFailoverTheJobGoesOnBehindWhatBothHave() {
        knownAre(events(1, 6));
        source.journal.subList(4, 6).clear();
        source.journal.add(event(9, 4));

        followToTheEnd();

        assertThat(watching(id(4))).containsExactly("5-0", "6-0", "gap 6-0 9-0", "9-0");
        assertThat(chain.offer(event(10, 9))).isTrue();
        assertThat(breaks).isOne();
    }

    @Test
    void afterAFailoverToALowerIdTheJobGoesOnToo() {
        knownAre(events(1, 6));
        source.journal.subList(3, 6).clear();
        JobEvent lower = JobEvent.journaled(new EventId(3, 1), id(3), event(4).type(), event(4).data());
        source.journal.add(lower);

        followToTheEnd();

        assertThat(watching(id(5))).containsExactly("6-0", "gap 6-0 3-1", "3-1");
    }

    @Test
    void aLostTailIsFoundPageByPage() {
        knownAre(events(1, 6)); // The window holds 2 to 6, a page has three.
        source.journal.subList(5, 6).clear();

        followToTheEnd();

        assertThat(chain.head()).isEqualTo(id(5));
        assertThat(chain.offer(event(7, 5))).isTrue();
        assertThat(watching(id(5))).containsExactly("6-0", "gap 6-0 7-0", "7-0");
        assertThat(breaks).isOne();
    }

    @Test
    void aJournalThatIsAllGoneLeavesTheChainWhereItIs() {
        knownAre(events(1, 3));
        source.journal.clear();

        followToTheEnd();

        assertThat(chain.head()).isEqualTo(id(3));
        assertThat(breaks).isZero();
    }

    @Test
    void whatComesWhileTheLostTailIsLookedForIsRead() {
        knownAre(events(1, 3));
        source.journal.clear();
        source.meanwhile = () -> source.journal.add(event(9, 0));

        followToTheEnd();

        assertThat(watching(id(3))).containsExactly("gap 3-0 9-0", "9-0");
    }

    @Test
    void aJournalThatHasLostMoreThanTheWindowHoldsGoesOnBehindWhatIsLeft() {
        knownAre(events(4, 8));
        source.journal.clear();
        source.journal.addAll(events(1, 2));

        followToTheEnd();

        assertThat(chain.head()).isEqualTo(id(2));
        assertThat(watching(id(8))).isEmpty();
        assertThat(chain.offer(event(9, 2))).isTrue();
        assertThat(watching(id(8))).containsExactly("gap 8-0 9-0", "9-0");
    }

    @Test
    void anEndThatStandsBelowAllThatWasKnownIsStillToldToEverybody() {
        knownAre(events(4, 8));
        source.journal.clear();
        source.journal.addAll(List.of(event(1), terminal(2)));

        followToTheEnd();

        assertThat(chain.isFinishedFor(Cursor.after(id(2)))).isTrue();
        assertThat(watching(id(8))).containsExactly("gap 8-0 2-0", "2-0");
    }

    private void knownAre(List<JobEvent> events) {
        source.journal.addAll(events);
        follower.readPage();
        source.reads = 0;
        assertThat(chain.head()).isNotNull();
    }

    private void followToTheEnd() {
        for (int steps = 0; follower.readPage(); steps++) {
            assertThat(steps).as("steps without an end").isLessThan(20);
        }
    }

    /** What a client sees that has come with this id. */
    private List<String> watching(EventId after) {
        Cursor cursor = Cursor.after(after);
        chain.place(cursor);
        RecordingConnection client = new RecordingConnection();
        try {
            for (@Nullable EventBatch batch = chain.read(cursor); batch != null; batch = chain.read(cursor)) {
                client.send(batch);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return client.take();
    }

    private FeedMetrics metrics() {
        return new FeedMetrics() {
            @Override
            public void journalBroken() {
                breaks++;
            }
        };
    }
}
