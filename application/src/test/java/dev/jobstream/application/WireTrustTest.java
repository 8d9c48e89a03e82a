package dev.jobstream.application;

import static dev.jobstream.application.Events.event;
import static dev.jobstream.application.Events.events;
import static dev.jobstream.application.Events.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a feed makes of events that may be of another journal: it is asked, as seldom as is safe. */
class WireTrustTest {

    private static final JobId JOB = new JobId("job");
    private static final Duration VOUCHES = Duration.ofNanos(WireTrust.VOUCHES_NANOS);

    private final List<JobEvent> disowned = new ArrayList<>();
    private final ScriptedSource source = new ScriptedSource() {
        @Override
        public Subscription listen(JobId job, dev.jobstream.domain.EventListener listener) {
            Subscription heard = super.listen(job, listener);
            return new Subscription() {
                @Override
                public void close() {
                    heard.close();
                }

                @Override
                public void disown(JobEvent event) {
                    disowned.add(event);
                }
            };
        }
    };
    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final RecordingConnection client = new RecordingConnection();
    private final JobEventStreams streams = new JobEventStreams(
            source,
            new Everybody(),
            StreamMetrics.NONE,
            StreamSettings.DEFAULT
                    .withOpenWait(Duration.ZERO)
                    .withSweep(Duration.ZERO)
                    .withHeartbeat(Duration.ofHours(1)),
            workers,
            clock);

    private void watch() {
        source.journal.addAll(events(1, 3));
        streams.open(new StreamRequest(JOB, StreamStart.after(id(3)), null)).start(client);
        source.wire.onConnected();
        workers.runAll();
        source.reads = 0;
    }

    private void publish(int n) {
        source.journal.add(event(n));
        source.wire.onUnconfirmed(event(n));
        workers.runAll();
    }

    private void pass(Duration time) {
        clock.advance(time);
        streams.tick();
        workers.runAll();
    }

    @Test
    void anEventOfOursIsLookedUpOnceAndVouchesForTheNext() {
        watch();

        publish(4);
        assertThat(client.take()).containsExactly("4-0");
        int lookedUp = source.reads;
        assertThat(lookedUp).isPositive();
        for (int n = 5; n <= 50; n++) {
            clock.advance(VOUCHES.minusMillis(1));
            publish(n);
        }

        assertThat(client.take()).hasSize(46).last().isEqualTo("50-0");
        assertThat(source.reads).isEqualTo(lookedUp);
    }

    /** A burst after a silence: once the journal has caught up with the wire, the wire goes on by itself. */
    @Test
    void whatTheJournalHasToldBeforeTheWireVouchesToo() {
        watch();
        source.journal.addAll(events(4, 6));
        source.wire.onUnconfirmed(event(4));
        workers.runAll();
        int lookedUp = source.reads;
        clock.advance(VOUCHES);

        source.wire.onUnconfirmed(event(5));
        source.wire.onUnconfirmed(event(6));
        publish(7);

        assertThat(client.take()).containsExactly("4-0", "5-0", "6-0", "7-0");
        assertThat(source.reads).isEqualTo(lookedUp);
    }

    @Test
    void afterAWhileOfSilenceItIsLookedUpAgain() {
        watch();
        publish(4);
        int lookedUp = source.reads;

        clock.advance(VOUCHES);
        publish(5);

        assertThat(client.take()).containsExactly("4-0", "5-0");
        assertThat(source.reads).isGreaterThan(lookedUp);
    }

    @Test
    void whatOurJournalDoesNotHaveIsNobodysAndIsReported() {
        watch();

        source.wire.onUnconfirmed(event(4));
        workers.runAll();

        assertThat(client.take()).isEmpty();
        assertThat(disowned).containsExactly(event(4));
    }

    @Test
    void ofManyForeignEventsOnlyAFewAreLookedUpAndOursComesAllTheSame() {
        watch();
        for (int n = 100; n < 1_100; n++) {
            source.wire.onUnconfirmed(event(n));
            workers.runAll();
        }
        assertThat(source.reads).isLessThan(4);

        source.journal.add(event(4));
        source.wire.onUnconfirmed(event(4));
        pass(Duration.ofMillis(500));

        assertThat(client.take()).containsExactly("4-0");
    }

    @Test
    void whatCannotBeReadIsLookedUp() {
        watch();
        source.journal.add(event(4));

        source.wire.onUnreadable();
        workers.runAll();

        assertThat(client.take()).containsExactly("4-0");
    }

    @Test
    void anEventThatTheChainHoldsSinceItCameIsOurs() {
        Chain chain = new Chain(StreamSettings.DEFAULT);
        chain.begin(new JournalPage(events(1, 4), false, true));
        WireTrust trust = new WireTrust();
        long now = TimeUnit.DAYS.toNanos(1);
        assertThat(trust.vouches(now)).isFalse();

        assertThat(trust.ask(event(4), id(3), now)).isZero();
        assertThat(trust.answer(chain, now + 1)).isNull();

        assertThat(trust.vouches(now + WireTrust.VOUCHES_NANOS - 1)).isTrue();
        assertThat(trust.vouches(now + WireTrust.VOUCHES_NANOS))
                .as("counted from when it was heard")
                .isFalse();
    }
}
