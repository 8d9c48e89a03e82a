package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

/**
 * What every transport must do on the wire: the numbered contract of {@link EventSource#listen}. The journal's part is
 * {@link JournalContract}.
 */
public abstract class EventSourceContract {

    private final List<EventSource.Subscription> open = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private ContractTransport transport;

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
    void r03_deliversInPublishOrder() {
        RecordingListener listener = listen(job).awaitConnected();

        List<EventId> published = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            published.add(publish(job, i));
        }

        listener.awaitHeard(500);
        assertThat(listener.ids()).isEqualTo(published);
        assertThat(listener.overlapped()).isFalse();
    }

    @Test
    void r04_missesNothingThatIsPublishedAfterOnConnected() throws Exception {
        RecordingListener listener = listen(job).awaitConnected();

        publishFromThreads(4, 250);

        listener.awaitHeard(1_000);
        assertThat(listener.heard()).isEqualTo(journal(job));
        assertWholeChain(listener.heard());
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
    void r09_otherJobsAreSilent() {
        RecordingListener other = listen(new JobId(job + ".other")).awaitConnected();
        RecordingListener listener = listen(job).awaitConnected();

        publish(job, 1);
        listener.awaitHeard(1);
        EventId own = publish(new JobId(job + ".other"), 2);

        other.awaitHeard(1);
        assertThat(other.ids()).containsExactly(own);
    }

    @Test
    void r10_allListenersOfAJobHearEverything() throws Exception {
        List<RecordingListener> listeners =
                IntStream.range(0, 8).mapToObj(i -> listen(job)).toList();
        listeners.forEach(RecordingListener::awaitConnected);

        publishFromThreads(2, 100);

        listeners.forEach(listener -> listener.awaitHeard(200));
        assertThat(listeners)
                .allSatisfy(listener -> assertThat(listener.heard()).isEqualTo(journal(job)));
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
    void r13_hearsLiveOnlyEventsWithoutAnId() {
        RecordingListener listener = listen(job).awaitConnected();

        EventId before = publish(job, 1);
        transport.publishLiveOnly(job, "step.output", "{\"chunk\":\"🚀\"}");
        EventId after = publish(job, 2);

        List<JobEvent> heard = listener.awaitHeard(3);
        assertThat(heard.get(1)).isEqualTo(JobEvent.liveOnly(new EventType("step.output"), data("{\"chunk\":\"🚀\"}")));
        assertThat(journal(job)).extracting(JobEvent::id).containsExactly(before, after);
        assertWholeChain(journal(job));
    }

    @Test
    void r14_aBatchIsHeardInOneRun() throws Exception {
        RecordingListener listener = listen(job).awaitConnected();

        List<Future<List<EventId>>> batches = inThreads(
                4,
                () -> transport
                        .publisher()
                        .publish(
                                job,
                                IntStream.range(0, 25)
                                        .mapToObj(EventSourceContract::event)
                                        .toList()));

        listener.awaitHeard(100);
        for (Future<List<EventId>> batch : batches) {
            int at = listener.ids().indexOf(batch.get().get(0));
            assertThat(listener.ids().subList(at, at + 25)).isEqualTo(batch.get());
        }
    }

    @Test
    void r15_hearsTheTerminalEvent() {
        RecordingListener listener = listen(job).awaitConnected();

        publish(job, 1);
        transport.publisher().publish(job, NewEvent.of("job.failed", "{}"));

        assertThat(listener.awaitHeard(2).get(1).isTerminal()).isTrue();
    }

    @Test
    void r16_whoStaysHearsEverythingWhileOthersComeAndGo() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<Integer>> comingAndGoing = inThreads(6, () -> {
            int rounds = 0;
            for (; !stop.get(); rounds++) {
                transport.source().listen(job, new RecordingListener()).close();
                if (rounds % 7 == 0) {
                    RecordingListener passing = new RecordingListener();
                    EventSource.Subscription subscription = transport.source().listen(job, passing);
                    passing.awaitConnected();
                    subscription.close();
                }
            }
            return rounds;
        });
        // Every round begins with a channel that nobody may be left on.
        for (int round = 0; round < 20; round++) {
            RecordingListener stays = new RecordingListener();
            EventSource.Subscription subscription = transport.source().listen(job, stays);
            stays.awaitConnected();

            List<EventId> published = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                published.add(publish(job, i));
            }

            stays.awaitHeard(20);
            assertThat(stays.ids()).isEqualTo(published);
            assertThat(stays.overlapped()).isFalse();
            subscription.close();
        }
        stop.set(true);
        for (Future<Integer> passing : comingAndGoing) {
            assertThat(passing.get(20, TimeUnit.SECONDS)).isPositive();
        }
    }

    @Test
    void r17_manyJobsAtOnceComeAndGoWithoutLosingOne() throws Exception {
        List<Future<Integer>> watching = inThreads(8, () -> {
            int heard = 0;
            for (int i = 0; i < 25; i++) {
                JobId mine = new JobId(job + "." + UUID.randomUUID());
                RecordingListener listener = new RecordingListener();
                try (EventSource.Subscription ignored = transport.source().listen(mine, listener)) {
                    listener.awaitConnected();
                    publish(mine, i);
                    heard += listener.awaitHeard(1).size();
                }
            }
            return heard;
        });

        for (Future<Integer> watch : watching) {
            assertThat(watch.get(60, TimeUnit.SECONDS)).isEqualTo(25);
        }
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

    @Test
    void r21_anEndThatWasSentPastTheJournalIsKeptAndHeardOnce() {
        RecordingListener listener = listen(job).awaitConnected();
        RecordingListener other = listen(job).awaitConnected();
        EventId before = publish(job, 1);

        transport.publishLiveOnly(job, "job.failed", "{\"why\":\"gone\"}");

        JobEvent end = listener.awaitHeard(2).get(1);
        assertThat(end.isTerminal()).isTrue();
        assertThat(end.prev()).isEqualTo(before);
        assertThat(end.data()).isEqualTo(data("{\"why\":\"gone\"}"));
        assertThat(other.awaitHeard(2).get(1)).isEqualTo(end);
        assertThat(journal(job)).last().isEqualTo(end);
        assertThatExceptionOfType(JobEndedException.class).isThrownBy(() -> publish(job, 2));
    }

    @Test
    void r22_aSecondEndIsNothingNew() {
        RecordingListener listener = listen(job).awaitConnected();
        RecordingListener witness = listen(new JobId(job + ".witness")).awaitConnected();
        transport.publisher().publish(job, NewEvent.of("job.completed", "{}"));

        transport.publishLiveOnly(job, "job.failed", "{}");
        transport.publishLiveOnly(job, "step.output", "{}");
        publish(new JobId(job + ".witness"), 1);

        listener.awaitHeard(2);
        witness.awaitHeard(1);
        assertThat(listener.heard())
                .extracting(event -> event.type().name())
                .containsExactly("job.completed", "step.output");
        assertThat(journal(job)).hasSize(1);
    }

    @Test
    void r23_aNeighbourIsNotHeard() {
        RecordingListener listener = listen(job).awaitConnected();

        try (ContractTransport neighbour = transport.neighbour()) {
            EventPublisher other = neighbour.publisher();
            other.publish(job, NewEvent.of("step.output", "{\"whose\":\"theirs\"}"));
            other.publish(job, NewEvent.of("job.failed", "{}"));
        }
        EventId ours = publish(job, 1);

        assertThat(listener.awaitHeard(1)).extracting(JobEvent::id).containsExactly(ours);
        assertThat(journal(job)).extracting(JobEvent::id).containsExactly(ours);
    }

    private RecordingListener listen(JobId of) {
        RecordingListener listener = new RecordingListener();
        open.add(transport.source().listen(of, listener));
        return listener;
    }

    private EventId publish(JobId to, int n) {
        return transport.publisher().publish(to, event(n));
    }

    private void publishFromThreads(int count, int each) throws Exception {
        for (Future<Integer> done : inThreads(count, () -> {
            for (int i = 0; i < each; i++) {
                publish(job, i);
            }
            return each;
        })) {
            done.get(60, TimeUnit.SECONDS);
        }
    }

    private <T> List<Future<T>> inThreads(int count, Callable<T> task) {
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(threads.submit(task));
        }
        return futures;
    }

    private List<JobEvent> journal(JobId of) {
        return JournalContract.all(transport.source(), of);
    }

    private static NewEvent event(int n) {
        return NewEvent.of("step.output", "{\"n\":" + n + "}");
    }

    private static EventData data(String json) {
        return EventData.parse(json);
    }

    static void assertWholeChain(List<JobEvent> events) {
        EventId last = EventId.NONE;
        for (JobEvent event : events) {
            assertThat(event.prev()).isEqualTo(last);
            assertThat(event.id().isAfter(last)).isTrue();
            last = event.id();
        }
    }
}
