package dev.jobstream.test.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every transport must do on the wire: the numbered contract of {@link EventSource#listen}. The journal's part is
 * {@link JournalContract}.
 */
public abstract class EventSourceContract extends ListeningContract {

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
        Chains.assertWhole(listener.heard());
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
    void r13_hearsLiveOnlyEventsWithoutAnId() {
        RecordingListener listener = listen(job).awaitConnected();

        EventId before = publish(job, 1);
        transport.publishLiveOnly(job, "step.output", "{\"chunk\":\"🚀\"}");
        EventId after = publish(job, 2);

        List<JobEvent> heard = listener.awaitHeard(3);
        assertThat(heard.get(1)).isEqualTo(JobEvent.liveOnly(new EventType("step.output"), data("{\"chunk\":\"🚀\"}")));
        assertThat(journal(job)).extracting(JobEvent::id).containsExactly(before, after);
        Chains.assertWhole(journal(job));
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
                                        .mapToObj(ListeningContract::event)
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
    @SuppressWarnings("try") // Listening is its use.
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

    private List<JobEvent> journal(JobId of) {
        return JournalContract.all(transport.source(), of);
    }

    private static EventData data(String json) {
        return EventData.parse(json);
    }
}
