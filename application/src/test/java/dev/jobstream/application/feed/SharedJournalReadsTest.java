package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static dev.jobstream.test.domain.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.TransportUnavailableException;
import dev.jobstream.test.domain.Events;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many who are behind the window, and one journal. */
class SharedJournalReadsTest {

    private final ManualClock clock = new ManualClock();
    private final ScriptedSource source = new ScriptedSource();
    private final List<JobEvent> fresh = new ArrayList<>();
    private final SharedJournalReads reads = new SharedJournalReads(new JobId("job"), source, 3, clock);

    @BeforeEach
    void tenEventsAreInTheJournal() {
        source.journal.addAll(events(1, 10));
    }

    @Test
    void aPageThatWasReadForOneIsThereForAllWhoWantTheSame() {
        EventBatch one = after(id(4)).batch();
        SharedJournalReads.Answer two = after(id(4));

        assertThat(one.events()).containsExactlyElementsOf(events(5, 7));
        assertThat(two.batch()).isSameAs(one);
        assertThat(two.afterRetained()).isTrue();
        assertThat(source.reads).isOne();
        assertThat(fresh).as("told once").containsExactlyElementsOf(events(5, 7));
    }

    @Test
    void whoWantsAllBeginsWithTheOldest() {
        source.journal.subList(0, 2).clear();

        assertThat(after(null).batch().events()).containsExactlyElementsOf(events(3, 5));
    }

    @Test
    void sixtyFourPagesAreKeptAndTheOldestMakesRoom() {
        source.journal.addAll(events(11, 210));
        for (int n = 0; n <= 64; n++) {
            after(id(1 + 3 * n));
        }
        assertThat(source.reads).isEqualTo(65);

        for (int n = 1; n <= 64; n++) {
            after(id(1 + 3 * n));
        }
        assertThat(source.reads).isEqualTo(65);
        after(id(1));
        assertThat(source.reads).isEqualTo(66);
    }

    @Test
    void whoIsInTheMidstOfAPageIsGivenItsRestAndIsInStepFromThereOn() {
        after(id(4));

        EventBatch rest = after(id(5)).batch();

        assertThat(rest.events()).containsExactlyElementsOf(events(6, 7));
        assertThat(rest.after()).isEqualTo(id(5));
        assertThat(after(id(5)).batch()).as("shared too").isSameAs(rest);
        assertThat(source.reads).isOne();
    }

    @Test
    void whoHasTheLastOfAPageIsGivenTheNext() {
        after(id(4));

        assertThat(after(id(7)).batch().events()).containsExactlyElementsOf(events(8, 10));
        assertThat(source.reads).isEqualTo(2);
    }

    @Test
    void aPageIsKeptForAsLongAsSomebodyAsksForOneEveryFewTicks() {
        after(id(4));
        for (int i = 0; i < 5; i++) {
            tick(7);
            after(id(4));
        }
        assertThat(source.reads).isOne();

        tick(8);
        after(id(4));
        assertThat(source.reads).isEqualTo(2);
    }

    @Test
    void nothingBehindThePositionIsNoPageAndIsAskedForAgain() {
        assertThat(after(id(10))).isEqualTo(new SharedJournalReads.Answer(null, true, null));
        assertThat(after(id(99))).isEqualTo(new SharedJournalReads.Answer(null, false, null));
        source.journal.add(Events.event(11));

        assertThat(after(id(10)).batch().events()).containsExactly(Events.event(11));
    }

    @Test
    void aPositionThatTheJournalHasLostIsSaidToBeLost() {
        source.journal.subList(0, 5).clear();

        assertThat(after(id(3)).afterRetained()).isFalse();
        assertThat(after(id(6)).afterRetained()).isTrue();
    }

    @Test
    void aPageEndsWithTheTerminalEventThoughTheJournalHasMore() {
        source.journal.clear();
        source.journal.addAll(List.of(Events.event(1), terminal(2), Events.event(3)));

        assertThat(after(null).batch().events()).containsExactly(Events.event(1), terminal(2));
    }

    @Test
    void whatIsForgottenIsReadAgain() {
        after(id(4));
        reads.forget();
        after(id(4));

        assertThat(source.reads).isEqualTo(2);
    }

    @Test
    void aPageThatWasBeingReadWhenAllWereForgottenIsNotKept() {
        source.meanwhile = reads::forget;
        after(id(4));
        after(id(4));

        assertThat(source.reads).isEqualTo(2);
    }

    @Test
    void aJournalThatIsAwayIsAskedTwiceASecondHoweverManyWait() {
        source.isAway(true);
        for (int i = 0; i < 10; i++) {
            assertThatExceptionOfType(TransportUnavailableException.class).isThrownBy(() -> after(id(4)));
        }
        assertThat(source.reads).isOne();

        source.isAway(false);
        clock.advance(Duration.ofMillis(499));
        assertThatExceptionOfType(TransportUnavailableException.class).isThrownBy(() -> after(id(4)));
        clock.advance(Duration.ofMillis(1));
        assertThat(after(id(4)).batch()).isNotNull();
        assertThat(after(id(5)).batch()).as("it is over").isNotNull();
    }

    @Test
    void oneReadsAtATimeAndWhoWaitsIsGivenThePage() throws Exception {
        CompletableFuture<Void> reading = new CompletableFuture<>();
        CompletableFuture<Void> release = new CompletableFuture<>();
        source.meanwhile = () -> {
            reading.complete(null);
            release.join();
        };
        CompletableFuture<EventBatch> first = new CompletableFuture<>();
        CompletableFuture<EventBatch> second = new CompletableFuture<>();
        inBackground(() -> first.complete(after(id(4)).batch()));
        reading.get(10, TimeUnit.SECONDS);

        Thread waits = inBackground(() -> second.complete(after(id(4)).batch()));
        awaitBlockedOrDone(waits);
        release.complete(null);

        assertThat(second.get(10, TimeUnit.SECONDS)).isSameAs(first.get(10, TimeUnit.SECONDS));
        assertThat(source.reads).isOne();
    }

    @Test
    void nobodyReadsWhileSomebodyElseFollowsTheJournal() throws Exception {
        CompletableFuture<Void> following = new CompletableFuture<>();
        CompletableFuture<Void> release = new CompletableFuture<>();
        CompletableFuture<EventBatch> read = new CompletableFuture<>();
        inBackground(() -> reads.exclusively(() -> {
            following.complete(null);
            release.join();
        }));
        following.get(10, TimeUnit.SECONDS);

        Thread waits = inBackground(() -> read.complete(after(id(4)).batch()));
        awaitBlockedOrDone(waits);
        assertThat(read).isNotDone();
        release.complete(null);

        assertThat(read.get(10, TimeUnit.SECONDS).events()).containsExactlyElementsOf(events(5, 7));
    }

    @Test
    void aReadThatFailsLeavesTheJournalToOthers() throws Exception {
        assertThatIllegalStateException()
                .isThrownBy(() -> reads.exclusively(() -> {
                    throw new IllegalStateException("on purpose");
                }));
        source.isAway(true);
        assertThatExceptionOfType(TransportUnavailableException.class).isThrownBy(() -> after(id(4)));
        source.isAway(false);
        clock.advance(Duration.ofSeconds(1));
        CompletableFuture<EventBatch> read = new CompletableFuture<>();

        inBackground(() -> read.complete(after(id(4)).batch()));

        assertThat(read.get(10, TimeUnit.SECONDS)).isNotNull();
    }

    private SharedJournalReads.Answer after(@Nullable EventId after) {
        return reads.after(after, fresh::addAll);
    }

    private static Thread inBackground(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitBlockedOrDone(Thread thread) {
        await().until(() -> thread.getState() == Thread.State.WAITING || !thread.isAlive());
    }

    private void tick(int times) {
        for (int i = 0; i < times; i++) {
            reads.tick();
        }
    }
}
