package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How streams are granted, live and end, with the in-memory transport and a clock in hand. */
class StreamLifeTest {

    private static final JobId JOB = new JobId("job");

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final InMemoryTransport transport = new InMemoryTransport(JournalLimits.DEFAULT, 1_000_000, clock);
    private final List<String> counted = new ArrayList<>();
    private AccessDecision decision = AccessDecision.allowed();
    private boolean ruleFails;
    private StreamSettings settings = StreamSettings.DEFAULT.withOpenWait(Duration.ZERO);
    private @Nullable JobEventStreams streams;

    // ---- granting ----

    @Test
    void whoIsNotKnownMayNotWatch() {
        decision = AccessDecision.unauthenticated();
        assertRefused(Refusal.UNAUTHENTICATED);
        decision = AccessDecision.denied();
        assertRefused(Refusal.FORBIDDEN);
        decision = AccessDecision.unknownJob();
        assertRefused(Refusal.UNKNOWN_JOB);
        assertThat(streams().openStreams()).isZero();
        assertThat(streams().followedJobs()).isZero();
    }

    @Test
    void aNodeTakesSoManyStreamsAndNoMoreUntilOneEnds() {
        settings = settings.withMaxStreams(2);
        EventStream first = open(StreamStart.beginning());
        open(StreamStart.beginning());

        assertRefused(Refusal.TOO_MANY_STREAMS);
        first.close();
        open(StreamStart.beginning());
        assertThat(streams().openStreams()).isEqualTo(2);
    }

    @Test
    void aRuleThatFailsCostsNoPlace() {
        settings = settings.withMaxStreams(1);
        JobEventStreams failing =
                new JobEventStreams(transport, new Failing(), StreamMetrics.NONE, settings, workers, clock);

        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> failing.open(request()));
        assertThat(failing.openStreams()).isZero();
    }

    @Test
    void aTransportThatFailsCostsNeitherAPlaceNorAFeed() {
        settings = settings.withFeed(feed -> feed.withLinger(Duration.ZERO));
        JobEventStreams failing = new JobEventStreams(
                new ScriptedSource() {
                    @Override
                    public Subscription listen(JobId job, dev.jobstream.domain.EventListener listener) {
                        throw new IllegalStateException("on purpose");
                    }
                },
                new Everybody(),
                metrics(),
                settings,
                workers,
                clock);

        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> failing.open(request()));
        assertThat(failing.openStreams()).isZero();
        assertThat(failing.followedJobs()).isZero();
        assertThat(counted).containsExactly("feed opened", "feed closed");
    }

    // ---- delivering ----

    @Test
    void fromTheBeginningToTheEnd() {
        publish("job.started");
        EventStream stream = open(StreamStart.beginning());
        RecordingConnection client = new RecordingConnection();
        stream.start(client);
        workers.runAll();
        assertThat(client.take()).hasSize(1);

        publish("step.output");
        publish("job.completed");
        workers.runAll();

        assertThat(client.take()).hasSize(3).last().isEqualTo("FINISHED");
        assertThat(streams().openStreams()).isZero();
        assertThat(counted).contains("opened", "sent 1", "sent 2", "ended FINISHED");
    }

    @Test
    void fromNowOnMeansFromNowOn() {
        EventId before = publish("job.started");
        watch(StreamStart.beginning());
        RecordingConnection client = watch(StreamStart.now());
        EventId next = publish("step.output");
        workers.runAll();

        assertThat(client.take()).containsExactly("at " + before, next.toString());
    }

    @Test
    void nowIsWhenTheStreamWasGrantedNotWhenItsConnectionCame() {
        EventId first = publish("job.started");
        watch(StreamStart.beginning());
        EventStream stream = open(StreamStart.now());
        EventId next = publish("step.output");

        RecordingConnection client = new RecordingConnection();
        stream.start(client);
        workers.runAll();

        assertThat(client.take()).containsExactly("at " + first, next.toString());
    }

    @Test
    void whoHasSeenTheEndIsToldThatNothingIsLeft() {
        publish("job.started");
        EventId last = publish("job.completed");
        watch(StreamStart.beginning());

        EventStream again = open(StreamStart.after(last));

        assertThat(again.isFinished()).isTrue();
        again.close();
        assertThat(streams().openStreams()).isZero();
    }

    @Test
    void whoHasSeenTheEndBeforeTheFeedKnewOfItIsFinishedAsSoonAsItDoes() {
        EventId last = publish("job.completed");
        EventStream stream = open(StreamStart.after(last));
        assertThat(stream.isFinished()).isFalse();

        RecordingConnection client = new RecordingConnection();
        stream.start(client);
        workers.runAll();

        assertThat(client.take()).containsExactly("FINISHED");
    }

    @Test
    void aClientThatHasGoneIsNoticedAtTheNextWrite() {
        RecordingConnection client = watch(StreamStart.beginning());
        client.broken = true;
        publish("step.output");
        workers.runAll();

        assertThat(client.take()).containsExactly("CLIENT_GONE");
        assertThat(streams().openStreams()).isZero();
    }

    // ---- beating ----

    @Test
    void anIdleConnectionBeatsBeforeTheHeartbeatIsOver() {
        for (int i = 0; i < 100; i++) {
            RecordingConnection client = watch(StreamStart.beginning());
            pass(Duration.ofMillis(12_500));
            assertThat(client.take()).isEmpty();
            pass(Duration.ofMillis(14_250 - 12_500)); // A tick, 750 ms at most, is left.
            assertThat(client.take()).containsExactly("heartbeat");
        }
    }

    @Test
    void aBusyConnectionDoesNotBeat() {
        RecordingConnection client = watch(StreamStart.beginning());
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(10));
            publish("step.output");
            workers.runAll();
        }

        assertThat(client.take()).hasSize(10).doesNotContain("heartbeat");
    }

    @Test
    void theBeatsOfManyAreSpread() {
        List<RecordingConnection> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(watch(StreamStart.beginning()));
        }
        pass(Duration.ofMillis(12_750));
        List<Integer> beats = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofMillis(150));
            beats.add((int)
                    clients.stream().filter(client -> !client.take().isEmpty()).count());
        }

        assertThat(beats).allSatisfy(count -> assertThat(count).isBetween(8, 12));
    }

    // ---- ending ----

    @Test
    void aStreamDoesNotOutliveItsToken() {
        Instant expiry = clock.now().plusSeconds(60);
        decision = AccessDecision.allowedUntil(expiry);
        RecordingConnection client = watch(StreamStart.beginning());

        pass(Duration.ofMillis(59_999));
        assertThat(client.take()).doesNotContain("TOKEN_EXPIRED");
        pass(Duration.ofMillis(1));
        assertThat(client.take()).containsExactly("TOKEN_EXPIRED");
    }

    @Test
    void aGrantedStreamThatNeverStartsExpiresToo() {
        decision = AccessDecision.allowedUntil(clock.now().plusSeconds(1));
        EventStream stream = open(StreamStart.beginning());
        pass(Duration.ofSeconds(1));
        assertThat(streams().openStreams()).isZero();

        RecordingConnection client = new RecordingConnection();
        stream.start(client);
        workers.runAll();
        assertThat(client.take()).containsExactly("TOKEN_EXPIRED");
    }

    @Test
    void aGrantedStreamWhoseConnectionNeverComesIsGivenUp() {
        EventStream stream = streams().open(request());
        pass(Duration.ofSeconds(29));
        assertThat(streams().openStreams()).isEqualTo(1);

        pass(Duration.ofSeconds(1));

        assertThat(streams().openStreams()).isZero();
        assertThat(stream.isFinished()).isFalse();
    }

    @Test
    void aStreamLivesAsLongAsStreamsMay() {
        settings = settings.withMaxLifetime(Duration.ofHours(1)).withHeartbeat(Duration.ofDays(1));
        RecordingConnection client = watch(StreamStart.beginning());

        pass(Duration.ofMinutes(59));
        assertThat(client.take()).isEmpty();
        pass(Duration.ofMinutes(1));
        assertThat(client.take()).containsExactly("MAX_LIFETIME");
    }

    @Test
    void aPermissionTakenBackEndsTheStreamsItGranted() {
        RecordingConnection one = watch(StreamStart.beginning());
        RecordingConnection other = watch(StreamStart.now());

        streams().revoke(request -> request.start().isRelative());
        workers.runAll();

        assertThat(one.take()).isEmpty();
        assertThat(other.take()).containsExactly("at 0-0", "REVOKED");
    }

    @Test
    void whereNobodyTellsOfClientsThatHaveGoneASecondHeartbeatFindsOut() {
        settings = settings.withHeartbeat(Duration.ofSeconds(15));
        RecordingConnection client = new RecordingConnection();
        client.learnsOfLeaving = false;
        open(StreamStart.beginning()).start(client);
        workers.runAll();

        pass(Duration.ofSeconds(15));
        assertThat(client.take()).containsExactly("heartbeat");
        pass(Duration.ofMillis(999));
        assertThat(client.take()).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(client.take()).as("the second").containsExactly("heartbeat");
        pass(Duration.ofSeconds(12));
        assertThat(client.take()).as("no third").isEmpty();
        pass(Duration.ofSeconds(3));
        assertThat(client.take()).containsExactly("heartbeat");
        publish("step.output");
        workers.runAll();
        pass(Duration.ofSeconds(1));
        assertThat(client.take()).as("an event is as good").hasSize(1).doesNotContain("heartbeat");

        pass(Duration.ofSeconds(15));
        client.broken = true;
        pass(Duration.ofSeconds(1));
        assertThat(streams().openStreams()).isZero();
    }

    @Test
    void aPermissionIsAskedForAgain() {
        settings = settings.withAccessInterval(Duration.ofSeconds(15)).withHeartbeat(Duration.ofHours(1));
        RecordingConnection client = watch(StreamStart.beginning());
        decision = AccessDecision.denied();

        pass(Duration.ofMillis(14_999));
        assertThat(client.take()).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(client.take()).containsExactly("REVOKED");
    }

    @Test
    void aPermissionIsNotAskedForAgainWhereNobodyWantsIt() {
        settings = settings.withAccessInterval(Duration.ZERO).withHeartbeat(Duration.ofDays(9));
        RecordingConnection client = watch(StreamStart.beginning());
        decision = AccessDecision.denied();

        pass(Duration.ofDays(1));
        assertThat(client.take()).isEmpty();
    }

    @Test
    void aRuleThatFailsForAWhileEndsNoStream() {
        settings = settings.withAccessInterval(Duration.ofSeconds(15)).withHeartbeat(Duration.ofHours(1));
        RecordingConnection client = watch(StreamStart.beginning());
        ruleFails = true;
        List<Throwable> told = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> told.add(failure));
        try {
            pass(Duration.ofSeconds(15));
            pass(Duration.ofSeconds(15));
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
        assertThat(client.take()).isEmpty();
        assertThat(told).singleElement().asString().contains("the rule fails");

        ruleFails = false;
        decision = AccessDecision.unauthenticated();
        pass(Duration.ofSeconds(15));
        assertThat(client.take()).containsExactly("REVOKED");
    }

    @Test
    void whoCatchesUpIsAskedForOnTheWay() {
        settings = settings.withAccessInterval(Duration.ZERO)
                .withFeed(feed -> feed.withWindow(2, 1_000))
                .withFeed(feed -> feed.withBatch(2, 1_000));
        for (int i = 0; i < 10; i++) {
            publish("step.output");
        }
        EventStream stream = open(StreamStart.beginning());
        RecordingConnection client = new RecordingConnection();
        clock.advance(Duration.ofSeconds(1)); // An answer is good for that long.
        decision = AccessDecision.denied();
        stream.start(client);
        workers.runAll();

        assertThat(client.take()).containsExactly("REVOKED");
    }

    @Test
    void aNodeThatStopsEndsItsStreamsAndGrantsNone() {
        RecordingConnection client = watch(StreamStart.beginning());

        streams().shutDown();
        workers.runAll();

        assertThat(client.take()).containsExactly("SHUTDOWN");
        assertThat(streams().openStreams()).isZero();
        assertRefused(Refusal.SHUTTING_DOWN);
        streams().resume();
        open(StreamStart.now());
    }

    @Test
    void aStreamEndsOnceHoweverManyReasonsThereAre() {
        decision = AccessDecision.allowedUntil(clock.now().plusSeconds(1));
        EventStream stream = open(StreamStart.beginning());
        RecordingConnection client = new RecordingConnection();
        stream.start(client);
        streams().revoke(request -> true);
        stream.close();
        streams().shutDown();
        pass(Duration.ofSeconds(1));

        assertThat(client.take()).containsExactly("REVOKED");
        assertThat(counted).filteredOn(word -> word.startsWith("ended")).containsExactly("ended REVOKED");
    }

    // ---- lingering ----

    @Test
    void aJobIsFollowedForAMomentAfterItsLastWatcherHasLeft() {
        EventStream stream = open(StreamStart.beginning());
        stream.close();

        pass(Duration.ofMillis(9_999));
        assertThat(transport.listenedJobs()).isOne();
        open(StreamStart.beginning()).close();
        pass(Duration.ofMillis(9_999));
        assertThat(transport.listenedJobs()).isOne();
        pass(Duration.ofMillis(1));
        assertThat(transport.listenedJobs()).isZero();
        assertThat(streams().followedJobs()).isZero();
        assertThat(counted).filteredOn(word -> word.startsWith("feed")).containsExactly("feed opened", "feed closed");
    }

    @Test
    void withoutLingerAJobIsFollowedNoLongerThanItIsWatched() {
        settings = settings.withFeed(feed -> feed.withLinger(Duration.ZERO));
        EventStream first = open(StreamStart.beginning());
        EventStream second = open(StreamStart.beginning());

        first.close();
        assertThat(transport.listenedJobs()).isOne();
        second.close();
        assertThat(transport.listenedJobs()).isZero();
    }

    // ---- helpers ----

    private JobEventStreams streams() {
        if (streams == null) {
            StreamAccess access = new StreamAccess() {
                @Override
                public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
                    if (ruleFails) {
                        throw new IllegalStateException("the rule fails");
                    }
                    return decision;
                }

                @Override
                public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
                    return decision;
                }
            };
            streams = new JobEventStreams(transport, access, metrics(), settings, workers, clock);
        }
        return streams;
    }

    private StreamMetrics metrics() {
        return new StreamMetrics() {
            @Override
            public void streamOpened() {
                counted.add("opened");
            }

            @Override
            public void streamRefused(Refusal refusal) {
                counted.add("refused " + refusal);
            }

            @Override
            public void streamEnded(EndReason reason) {
                counted.add("ended " + reason);
            }

            @Override
            public void eventsSent(int events) {
                counted.add("sent " + events);
            }

            @Override
            public void feedOpened() {
                counted.add("feed opened");
            }

            @Override
            public void feedClosed() {
                counted.add("feed closed");
            }
        };
    }

    private static StreamRequest request() {
        return new StreamRequest(JOB, StreamStart.beginning(), null);
    }

    private EventStream open(StreamStart start) {
        return streams().open(new StreamRequest(JOB, start, null));
    }

    private RecordingConnection watch(StreamStart start) {
        RecordingConnection client = new RecordingConnection();
        open(start).start(client);
        workers.runAll();
        return client;
    }

    private EventId publish(String type) {
        return transport.publish(JOB, NewEvent.of(type, "{}"));
    }

    private void pass(Duration time) {
        clock.advance(time);
        streams().tick();
        workers.runAll();
    }

    private void assertRefused(Refusal refusal) {
        assertThatExceptionOfType(StreamRefusedException.class)
                .isThrownBy(() -> open(StreamStart.beginning()))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
        assertThat(counted).last().isEqualTo("refused " + refusal);
    }

    private static final class Failing implements StreamAccess {

        @Override
        public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
            throw new IllegalStateException("on purpose");
        }
    }
}
