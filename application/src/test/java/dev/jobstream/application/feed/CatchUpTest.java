package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A feed that asks for its journal to be read, while its watchers read it too. */
class CatchUpTest {

    private static final JobId JOB = new JobId("job");

    /** As many as there are tasks: one waits for the other. */
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private final Object lock = new Object();
    private final ScriptedSource source = new ScriptedSource();
    private final ManualClock clock = new ManualClock();
    private final Chain chain = new Chain(FeedSettings.DEFAULT);
    private final SharedJournalReads journal = new SharedJournalReads(JOB, source, 10, clock);
    private final List<@Nullable EventId> caughtUpWith = new CopyOnWriteArrayList<>();
    private final CatchUp catchUp = new CatchUp(
            lock,
            new JournalFollower(
                    JOB,
                    Feeds.context(
                            source, FeedSettings.DEFAULT, new FeedMetrics() {}, Runnable::run, Runnable::run, clock),
                    chain,
                    lock),
            journal,
            threads,
            clock,
            new CatchUp.Feed() {
                @Override
                public void onGrown() {}

                @Override
                public @Nullable Runnable onCaughtUp() {
                    caughtUpWith.add(chain.head());
                    return null;
                }
            });

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private void request() {
        synchronized (lock) {
            catchUp.request();
        }
    }

    /** Does something once, when the lock has just been released. */
    private static final class LockWithAnAfterwards extends ReentrantLock {

        private static final long serialVersionUID = 1L;

        private transient volatile @Nullable Runnable afterwards;

        @Override
        public void unlock() {
            super.unlock();
            Runnable happens = afterwards;
            afterwards = null;
            if (happens != null) {
                happens.run();
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** It was answered by what had been read before it: an event that was in the journal was taken for a foreign one. */
    @Test
    void aRequestThatAWatchersReadHasTakenOverIsNotAnsweredBeforeThatRead() {
        source.journal.addAll(events(1, 3));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        LockWithAnAfterwards reading = new LockWithAnAfterwards();
        Feeds.readUnder(journal, reading);
        CompletableFuture<Void> watcher = new CompletableFuture<>();
        reading.afterwards =
                () -> { // The queued read has its answer, and has not yet looked whether it is wanted again.
                    source.journal.add(event(4));
                    request();
                    source.meanwhile = () -> {
                        asked.countDown();
                        awaitQuietly(answer);
                    };
                    CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> catchUp.run(false), threads)
                            .whenComplete((nothing, failure) -> watcher.complete(null));
                    awaitQuietly(asked);
                };

        request();
        await().until(() -> asked.getCount() == 0 && (reading.hasQueuedThreads() || !caughtUpWith.isEmpty()));
        answer.countDown();
        watcher.join();

        await().until(() -> !caughtUpWith.isEmpty());
        assertThat(caughtUpWith).containsExactly(id(4));
    }
}
