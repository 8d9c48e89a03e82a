package dev.jobstream.application;

import static dev.jobstream.test.domain.Events.event;

import dev.jobstream.application.feed.Cursor;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.application.feed.Feeds;
import dev.jobstream.application.feed.JobFeed;
import dev.jobstream.application.feed.JobFeeds;
import dev.jobstream.application.feed.Watcher;
import dev.jobstream.application.feed.Watchers;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * What has no lock around it, under a model checker that tries the interleavings of its single steps. Few of them by
 * default: set {@code -Djobstream.invocations=1500} for a search that takes minutes.
 */
class RacesTest {

    private static final int INVOCATIONS = Integer.getInteger("jobstream.invocations", 8);
    private static final JobId JOB = new JobId("job");
    private static final ManualClock CLOCK = new ManualClock();
    private static final Permissions<StreamRequest> PERMISSIONS =
            new Permissions<>(request -> AccessDecision.allowed(), Duration.ZERO, Runnable::run, CLOCK);
    private static final StreamSettings SETTINGS = StreamSettings.DEFAULT
            .withFeed(feed -> feed.withLinger(Duration.ZERO))
            .withFeed(feed -> feed.withWindow(4, 1_000))
            .withFeed(feed -> feed.withBatch(2, 1_000));

    @Test
    void noWakeIsLost() {
        check(() -> {
            Threads threads = new Threads();
            JobFeed feed = begunFeed(threads);
            Client client = new Client();
            StreamSession session = session(feed, client);
            session.start(client);
            feed.onEvent(event(1));
            threads.join();

            require(client.events == 1, "saw " + client.events);
        });
    }

    @Test
    void aStreamEndsOnce() {
        check(() -> {
            Threads threads = new Threads();
            JobFeed feed = begunFeed(threads);
            Client client = new Client();
            StreamSession session = session(feed, client);
            threads.start(() -> session.end(EndReason.SHUTDOWN));
            threads.start(session::close);
            session.start(client);
            threads.join();

            require(client.closes == 1, "closed " + client.closes + " times");
            require(client.ends == 1, "ended " + client.ends + " times");
            require(Feeds.all(feed.watchers()).isEmpty(), "still among the watchers");
        });
    }

    @Test
    void whoIsEndedWhileItComesLeavesNothingBehind() {
        check(() -> {
            Threads threads = new Threads();
            JobEventStreams streams = new JobEventStreams(
                    new Counting(),
                    new Everybody(),
                    StreamMetrics.NONE,
                    StreamSettings.DEFAULT.withOpenWait(Duration.ZERO),
                    threads::start,
                    CLOCK);
            threads.start(() -> streams.revoke(request -> true));
            StreamSession session = (StreamSession) streams.open(new StreamRequest(JOB, StreamStart.beginning(), null));
            threads.join();
            session.close();

            require(Feeds.all(session.feed().watchers()).isEmpty(), "still among the watchers");
            require(streams.openStreams() == 0, "still counted");
        });
    }

    @Test
    void whoStaysAmongTheWatchersIsThere() {
        check(() -> {
            Threads threads = new Threads();
            JobFeed feed = begunFeed(threads);
            Watchers watchers = new Watchers();
            StreamSession stays = session(feed, new Client());
            StreamSession leaves = session(feed, new Client());
            StreamSession comes = session(feed, new Client());
            watchers.add(leaves);
            threads.start(() -> watchers.remove(leaves));
            threads.start(() -> watchers.add(comes));
            watchers.add(stays);
            require(Feeds.all(watchers).contains(stays), "not there");
            threads.join();

            List<Watcher> all = Feeds.all(watchers);
            require(all.size() == 2 && all.contains(stays) && all.contains(comes), "there are " + all);
        });
    }

    @Test
    void aFeedIsOpenWhileItIsHeldAndClosedWhenNobodyHoldsIt() {
        check(() -> {
            Threads threads = new Threads();
            Counting source = new Counting();
            JobFeeds feeds = new JobFeeds(source, SETTINGS.feed(), StreamMetrics.NONE, task -> {}, task -> {}, CLOCK);
            threads.start(() -> hold(feeds, source));
            threads.start(feeds::tick);
            hold(feeds, source);
            threads.join();

            require(feeds.size() == 0, "a feed is left");
            require(source.listening() == 0, "a subscription is left");
        });
    }

    private static void hold(JobFeeds feeds, Counting source) {
        JobFeed feed = feeds.acquire(JOB);
        boolean closed = source.hasLeft(feed);
        feeds.release(feed);
        require(!closed, "handed out closed");
    }

    private static void check(Runnable test) {
        Lincheck.runConcurrentTest(INVOCATIONS, test);
    }

    private static JobFeed begunFeed(Threads threads) {
        AtomicReference<Executor> readers = new AtomicReference<>(Runnable::run);
        JobFeed feed = Feeds.feed(
                JOB,
                new Counting(),
                SETTINGS.feed(),
                threads::start,
                task -> readers.get().execute(task),
                CLOCK);
        feed.onConnected();
        readers.set(threads::start);
        return feed;
    }

    private static StreamSession session(JobFeed feed, Client client) {
        StreamSession session = new StreamSession(
                PERMISSIONS.granted(new StreamRequest(JOB, StreamStart.beginning(), null)),
                feed,
                Cursor.atBeginning(),
                new StreamDeadlines(CLOCK.nanos(), 15_000_000_000L, 30_000_000_000L, 0, null),
                new ClientWriter(StreamMetrics.NONE, CLOCK),
                (ended, reason) -> {
                    client.ends++;
                    feed.watchers().remove(ended);
                });
        feed.watchers().add(session);
        return session;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Starts a thread for each task, and waits for all of them, those included that others have started. */
    private static final class Threads {

        private final List<Thread> started = new ArrayList<>();

        void start(Runnable task) {
            Thread thread = new Thread(task);
            synchronized (started) {
                started.add(thread);
            }
            thread.start();
        }

        void join() {
            for (int i = 0; ; i++) {
                Thread thread;
                synchronized (started) {
                    if (i == started.size()) {
                        return;
                    }
                    thread = started.get(i);
                }
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static final class Client implements ClientConnection {

        int events;
        volatile int closes;
        volatile int ends;

        @Override
        public boolean send(EventBatch batch) {
            events += batch.size();
            return true;
        }

        @Override
        public boolean position(EventId id) {
            return true;
        }

        @Override
        public boolean heartbeat() {
            return true;
        }

        @Override
        public void close(EndReason reason) {
            closes++;
        }
    }

    /** An empty job, and who listens to it. */
    private static final class Counting implements EventSource {

        private final List<EventListener> listening = new ArrayList<>();
        private final List<EventListener> left = new ArrayList<>();

        @Override
        public JournalPage readAfter(JobId job, EventId after, int limit) {
            return new JournalPage(List.of(), false, false);
        }

        @Override
        public JournalPage readLast(JobId job, int limit) {
            return new JournalPage(List.of(), false, false);
        }

        @Override
        public JournalPage readBefore(JobId job, EventId before, int limit) {
            return new JournalPage(List.of(), false, false);
        }

        @Override
        public synchronized Subscription listen(JobId job, EventListener listener) {
            listening.add(listener);
            return () -> {
                synchronized (this) {
                    listening.remove(listener);
                    left.add(listener);
                }
            };
        }

        synchronized int listening() {
            return listening.size();
        }

        synchronized boolean hasLeft(JobFeed feed) {
            return left.contains(feed);
        }
    }
}
