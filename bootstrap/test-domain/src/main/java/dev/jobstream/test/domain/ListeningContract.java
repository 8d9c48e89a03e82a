package dev.jobstream.test.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The part of {@link EventSourceContract} about listening itself: begin, close, subscribe again. */
abstract class ListeningContract {

    private final List<EventSource.Subscription> open = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    final JobId job = new JobId("job-" + UUID.randomUUID());
    ContractTransport transport;

    /** A transport that is started. */
    protected abstract ContractTransport transport(JournalLimits limits);

    @BeforeEach
    void startTransport() {
        transport = transport(JournalLimits.DEFAULT);
    }

    @AfterEach
    void stopTransport() {
        threads.shutdownNow();
        open.forEach(EventSource.Subscription::close);
        transport.close();
    }

    @Test
    void r01_signalsThatTheWireStands() {
        RecordingListener listener = listen(job);

        assertThat(listener.awaitConnected().heard()).isEmpty();
    }

    @Test
    void r02_listenReturnsAtOnceAndMayBeCalledForAnyNumberOfJobs() {
        List<RecordingListener> listeners = IntStream.range(0, 300)
                .mapToObj(i -> listen(new JobId(job + "." + i)))
                .toList();

        listeners.forEach(RecordingListener::awaitConnected);
    }

    @Test
    void r05_hearsNothingThatIsPublishedAfterClose() {
        RecordingListener witness = listen(job).awaitConnected();
        RecordingListener listener = new RecordingListener();
        EventSource.Subscription subscription = transport.source().listen(job, listener);
        listener.awaitConnected();
        publish(job, 1);
        listener.awaitHeard(1);

        subscription.close();
        publish(job, 2);
        publish(job, 3);

        witness.awaitHeard(3);
        assertThat(listener.heard()).hasSize(1);
    }

    /** A call that is under way when close is called may end after it: at most this one is seen. */
    @Test
    void r06_noCallBeginsAfterCloseHasReturned() throws Exception {
        RecordingListener witness = listen(job).awaitConnected();
        AtomicBoolean stop = new AtomicBoolean();
        Future<Integer> publishing = threads.submit(() -> {
            int count = 0;
            for (; !stop.get(); count++) {
                publish(job, count);
            }
            return count;
        });
        List<RecordingListener> closed = new ArrayList<>();
        List<Integer> callsAtClose = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            RecordingListener listener = new RecordingListener();
            EventSource.Subscription subscription = transport.source().listen(job, listener);
            listener.awaitHeard(2);
            subscription.close();
            callsAtClose.add(listener.calls());
            closed.add(listener);
        }
        stop.set(true);
        witness.awaitHeard(publishing.get(10, TimeUnit.SECONDS));

        for (int i = 0; i < closed.size(); i++) {
            assertThat(closed.get(i).calls() - callsAtClose.get(i)).isBetween(0, 1);
        }
    }

    @Test
    void r07_closingTwiceIsClosingOnce() {
        RecordingListener witness = listen(job).awaitConnected();
        EventSource.Subscription subscription = transport.source().listen(job, new RecordingListener());

        subscription.close();
        subscription.close();

        publish(job, 1);
        witness.awaitHeard(1);
    }

    @Test
    void r08_aListenerMayCloseItselfWhileItIsCalled() {
        RecordingListener witness = listen(job).awaitConnected();
        RecordingListener recorded = new RecordingListener();
        CountDownLatch known = new CountDownLatch(1);
        EventSource.Subscription[] self = new EventSource.Subscription[1];
        self[0] = transport.source().listen(job, new EventListener() {
            @Override
            public void onConnected() {
                recorded.onConnected();
            }

            @Override
            public void onEvent(JobEvent event) {
                recorded.onEvent(event);
                if (known.getCount() == 0) {
                    self[0].close();
                }
            }
        });
        recorded.awaitConnected();
        known.countDown();

        publish(job, 1);
        publish(job, 2);

        witness.awaitHeard(2);
        assertThat(recorded.heard()).hasSize(1);
    }

    @Test
    void r11_whoJoinsAnEstablishedWireHearsThatItStandsToo() {
        RecordingListener first = listen(job).awaitConnected();

        RecordingListener late = listen(job).awaitConnected();
        publish(job, 1);

        first.awaitHeard(1);
        late.awaitHeard(1);
        assertThat(first.connections()).isEqualTo(1);
    }

    @Test
    void r12_aListenerThatThrowsDisturbsNobody() {
        AtomicBoolean thrown = new AtomicBoolean();
        open.add(transport.source().listen(job, new EventListener() {
            @Override
            public void onConnected() {
                throw new IllegalStateException("thrown on purpose");
            }

            @Override
            public void onEvent(JobEvent event) {
                thrown.set(true);
                throw new IllegalStateException("thrown on purpose");
            }
        }));
        RecordingListener listener = listen(job).awaitConnected();

        EventId first = publish(job, 1);
        EventId second = publish(job, 2);

        listener.awaitHeard(2);
        assertThat(listener.ids()).containsExactly(first, second);
        assertThat(thrown).isTrue();
    }

    @Test
    void r18_closeDoesNotWaitForACallThatIsUnderWay() throws Exception {
        Object lock = new Object();
        RecordingListener recorded = new RecordingListener();
        CountDownLatch called = new CountDownLatch(1);
        EventSource.Subscription subscription = transport.source().listen(job, new EventListener() {
            @Override
            public void onConnected() {
                recorded.onConnected();
            }

            @Override
            public void onEvent(JobEvent event) {
                called.countDown();
                synchronized (lock) {
                    recorded.onEvent(event);
                }
            }
        });
        recorded.awaitConnected();

        Future<EventId> publishing;
        synchronized (lock) {
            publishing = threads.submit(() -> publish(job, 1));
            assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
            threads.submit(subscription::close).get(10, TimeUnit.SECONDS);
        }

        publishing.get(10, TimeUnit.SECONDS);
        recorded.awaitHeard(1);
    }

    @Test
    void r19_whatSubscribesAgainStandsAgainAndHearsOnce() {
        RecordingListener other = listen(job).awaitConnected();
        RecordingListener listener = new RecordingListener();
        EventSource.Subscription subscription = transport.source().listen(job, listener);
        open.add(subscription);
        listener.awaitConnected();
        EventId before = publish(job, 1);
        listener.awaitHeard(1);

        subscription.resubscribe();
        listener.awaitConnected(2);
        EventId after = publish(job, 2);

        listener.awaitHeard(2);
        other.awaitHeard(2);
        assertThat(listener.ids()).containsExactly(before, after);
        assertThat(other.ids()).containsExactly(before, after);
    }

    @Test
    void r20_whatIsClosedDoesNotSubscribeAgain() {
        RecordingListener witness = listen(job).awaitConnected();
        RecordingListener listener = new RecordingListener();
        EventSource.Subscription subscription = transport.source().listen(job, listener);
        listener.awaitConnected();

        subscription.close();
        subscription.resubscribe();

        publish(job, 1);
        witness.awaitHeard(1);
        assertThat(listener.calls()).isEqualTo(1);
    }

    RecordingListener listen(JobId of) {
        RecordingListener listener = new RecordingListener();
        open.add(transport.source().listen(of, listener));
        return listener;
    }

    EventId publish(JobId to, int n) {
        return transport.publisher().publish(to, event(n));
    }

    <T> List<Future<T>> inThreads(int count, Callable<T> task) {
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(threads.submit(task));
        }
        return futures;
    }

    static NewEvent event(int n) {
        return NewEvent.of("step.output", "{\"n\":" + n + "}");
    }
}
