package dev.jobstream.application;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A subscription that dies without a word: no event, no {@code onConnected}, no error. */
class SweepTest {

    private static final JobId JOB = new JobId("job");
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final Renewable source = new Renewable();
    private final List<Boolean> sweeps = new ArrayList<>();
    private int resubscribed;
    private final JobEventStreams streams = streams(SWEEP);

    @BeforeEach
    void tenEventsAreInTheJournal() {
        source.journal.addAll(events(1, 10));
    }

    @Test
    void whatASilentWireHasLostIsThereAfterOneSweep() {
        RecordingConnection client = watchFromNow();
        source.journal.addAll(events(11, 13));

        pass(SWEEP);

        assertThat(client.take()).containsExactly("11-0", "12-0", "13-0");
        assertThat(sweeps).containsExactly(true);
        assertThat(source.renewals).isZero();
    }

    @Test
    void aWireThatSpeaksIsNotSwept() {
        watchFromNow();
        int reads = source.reads;
        for (int n = 11; n < 40; n++) {
            pass(Duration.ofSeconds(4));
            source.journal.add(event(n));
            source.channel.onEvent(event(n));
        }

        assertThat(source.reads).isEqualTo(reads);
    }

    @Test
    void aJobWithoutEventsIsSweptAgainAndAgainButItsWireIsLeftInPeace() {
        watchFromNow();
        for (int i = 0; i < 10; i++) {
            pass(SWEEP);
        }

        assertThat(sweeps).hasSize(10).containsOnly(false);
        assertThat(source.renewals).isZero();
    }

    @Test
    void aDeafSubscriptionIsMadeAnewAtTheSweepAfter() {
        RecordingConnection client = watchFromNow();
        source.journal.add(event(11));
        pass(SWEEP);
        assertThat(source.renewals).isZero();

        source.journal.add(event(12));
        pass(SWEEP);

        assertThat(source.renewals).isEqualTo(1);
        assertThat(resubscribed).isEqualTo(1);
        assertThat(client.take()).containsExactly("11-0", "12-0");
    }

    @Test
    void aWireThatIsLateIsNotDeaf() {
        watchFromNow();
        source.journal.add(event(11));
        pass(SWEEP);
        source.channel.onEvent(event(11));

        pass(SWEEP);
        pass(SWEEP);

        assertThat(source.renewals).isZero();
    }

    @Test
    void whatAReconnectedWireMissedDoesNotMakeItDeaf() {
        watchFromNow();
        source.journal.add(event(11));
        pass(SWEEP);
        source.channel.onConnected();
        workers.runAll();

        pass(SWEEP);
        pass(SWEEP);

        assertThat(source.renewals).isZero();
    }

    /** Whoever writes to the journal without publishing must not have the wire taken down every few seconds. */
    @Test
    void whereRenewingDoesNotHelpItIsTriedLessAndLess() {
        watchFromNow();
        List<Integer> renewedAt = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            int before = source.renewals;
            source.journal.add(event(10 + i));
            pass(SWEEP);
            if (source.renewals > before) {
                renewedAt.add(i);
                source.channel.onConnected();
                workers.runAll();
            }
        }

        assertThat(renewedAt).hasSizeBetween(3, 5);
        for (int i = 2; i < renewedAt.size(); i++) {
            assertThat(renewedAt.get(i) - renewedAt.get(i - 1))
                    .isGreaterThan(renewedAt.get(i - 1) - renewedAt.get(i - 2));
        }
    }

    @Test
    void aSweepThatFailsIsNotRepeatedBeforeTheNext() {
        watchFromNow();
        source.isAway(true);
        pass(SWEEP);
        int reads = source.reads;

        pass(Duration.ofMillis(500));
        pass(Duration.ofMillis(500));
        assertThat(source.reads).isEqualTo(reads);

        pass(SWEEP);
        assertThat(source.reads).isEqualTo(reads + 1);
    }

    @Test
    void thereIsNoSweepWhileACatchUpWaitsForItsRetry() {
        watchFromNow();
        source.isAway(true);
        source.channel.onEvent(event(12));
        workers.runAll();
        int reads = source.reads;

        clock.advance(SWEEP);
        clock.advance(SWEEP);
        streams.tick();
        workers.runAll();

        assertThat(source.reads).isEqualTo(reads + 1);
        assertThat(sweeps).isEmpty();
    }

    @Test
    void whereThreeInARowCannotBeReadTheOthersOfTheRoundAreSpared() {
        for (int i = 0; i < 50; i++) {
            watch(new JobId("job-" + i));
        }
        workers.runAll();
        source.isAway(true);
        int reads = source.reads;

        pass(SWEEP);

        assertThat(source.reads).isEqualTo(reads + 3);
    }

    @Test
    void aJobThatIsOutOfReachKeepsNoOtherFromItsSweep() {
        List<RecordingConnection> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(watch(new JobId("job-" + i)));
        }
        workers.runAll();
        clients.forEach(RecordingConnection::take);
        source.outOfReach = new JobId("job-25");
        source.journal.addAll(events(11, 12));

        pass(SWEEP);

        assertThat(clients)
                .filteredOn(client -> client.take().containsAll(List.of("11-0", "12-0")))
                .hasSize(49);
    }

    @Test
    void nobodyIsSweptFor() {
        EventStream stream = streams.open(new StreamRequest(JOB, StreamStart.now(), null));
        stream.start(new RecordingConnection());
        source.channel.onConnected();
        workers.runAll();
        stream.close();
        workers.runAll();
        int reads = source.reads;

        clock.advance(SWEEP.minusMillis(1));
        streams.tick();
        workers.runAll();

        assertThat(streams.followedJobs()).isEqualTo(1);
        assertThat(source.reads).isEqualTo(reads);
    }

    @Test
    void manyFeedsAreNotSweptAtOnce() {
        JobEventStreams many = streams(SWEEP);
        for (int i = 0; i < 1_000; i++) {
            many.open(new StreamRequest(new JobId("job-" + i), StreamStart.now(), null));
        }
        List<Integer> inATick = new ArrayList<>();
        for (int tick = 0; tick < 40; tick++) {
            clock.advance(SWEEP.dividedBy(40));
            int before = sweeps.size();
            many.tick();
            workers.runAll();
            inATick.add(sweeps.size() - before);
        }

        assertThat(inATick.subList(0, 19)).containsOnly(0);
        assertThat(inATick.subList(20, 40))
                .allSatisfy(swept -> assertThat(swept).isBetween(20, 80));
        assertThat(sweeps).hasSize(1_000);
    }

    @Test
    void zeroTurnsItOff() {
        JobEventStreams never = streams(Duration.ZERO);
        never.open(new StreamRequest(JOB, StreamStart.now(), null)).start(new RecordingConnection());
        clock.advance(Duration.ofDays(1));
        never.tick();
        workers.runAll();

        assertThat(sweeps).isEmpty();
    }

    private JobEventStreams streams(Duration sweep) {
        StreamMetrics metrics = new StreamMetrics() {
            @Override
            public void swept(boolean found) {
                sweeps.add(found);
            }

            @Override
            public void resubscribed() {
                resubscribed++;
            }
        };
        StreamSettings settings =
                StreamSettings.DEFAULT.withOpenWait(Duration.ZERO).withFeed(feed -> feed.withSweep(sweep));
        return new JobEventStreams(source, new Everybody(), metrics, settings, workers, clock);
    }

    private RecordingConnection watchFromNow() {
        RecordingConnection client = watch(JOB);
        source.channel.onConnected();
        workers.runAll();
        pass(Duration.ofMillis(1)); // The tick that takes notice of what was heard.
        assertThat(client.take()).isEmpty();
        return client;
    }

    private RecordingConnection watch(JobId job) {
        RecordingConnection client = new RecordingConnection();
        streams.open(new StreamRequest(job, StreamStart.after(id(10)), null)).start(client);
        return client;
    }

    private void pass(Duration time) {
        clock.advance(time);
        streams.tick();
        workers.runAll();
    }

    /** Counts how often its subscriptions are made anew. */
    private static final class Renewable extends ScriptedSource {

        int renewals;

        @Override
        public Subscription listen(JobId job, EventListener listener) {
            Subscription subscription = super.listen(job, listener);
            return new Subscription() {
                @Override
                public void close() {
                    subscription.close();
                }

                @Override
                public void resubscribe() {
                    renewals++;
                }
            };
        }
    }
}
