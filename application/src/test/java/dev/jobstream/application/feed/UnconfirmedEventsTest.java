package dev.jobstream.application.feed;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.events;
import static dev.jobstream.test.domain.Events.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.application.StreamSettings;
import dev.jobstream.application.StreamStart;
import dev.jobstream.application.Ticks;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a feed makes of events that may be of another journal: it is asked, as seldom as is safe. */
class UnconfirmedEventsTest {

    private static final JobId JOB = new JobId("job");
    private static final Duration VOUCHED = Duration.ofNanos(UnconfirmedEvents.VOUCHED_NANOS);

    private final List<JobEvent> foreign = new ArrayList<>();
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
                public void reportForeign(JobEvent event) {
                    foreign.add(event);
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
                    .withFeed(feed -> feed.withSweep(Duration.ZERO))
                    .withHeartbeat(Duration.ofHours(1)),
            workers,
            clock);

    private void watch() {
        source.journal.addAll(events(1, 3));
        streams.open(new StreamRequest(JOB, StreamStart.after(id(3)), null)).start(client);
        source.channel.onConnected();
        workers.runAll();
        source.reads = 0;
    }

    private void publish(int n) {
        source.journal.add(event(n));
        source.channel.onUnconfirmed(event(n));
        workers.runAll();
    }

    private void pass(Duration time) {
        clock.advance(time);
        Ticks.tick(streams);
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
            clock.advance(VOUCHED.minusMillis(1));
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
        source.channel.onUnconfirmed(event(4));
        workers.runAll();
        int lookedUp = source.reads;
        clock.advance(VOUCHED);

        source.channel.onUnconfirmed(event(5));
        source.channel.onUnconfirmed(event(6));
        publish(7);

        assertThat(client.take()).containsExactly("4-0", "5-0", "6-0", "7-0");
        assertThat(source.reads).isEqualTo(lookedUp);
    }

    @Test
    void afterAWhileOfSilenceItIsLookedUpAgain() {
        watch();
        publish(4);
        int lookedUp = source.reads;

        clock.advance(VOUCHED);
        publish(5);

        assertThat(client.take()).containsExactly("4-0", "5-0");
        assertThat(source.reads).isGreaterThan(lookedUp);
    }

    @Test
    void whatOurJournalDoesNotHaveIsNobodysAndIsReported() {
        watch();

        source.channel.onUnconfirmed(event(4));
        workers.runAll();

        assertThat(client.take()).isEmpty();
        assertThat(foreign).containsExactly(event(4));
    }

    @Test
    void ofManyForeignEventsOnlyAFewAreLookedUpAndOursComesAllTheSame() {
        watch();
        for (int n = 100; n < 1_100; n++) {
            source.channel.onUnconfirmed(event(n));
            workers.runAll();
        }
        assertThat(source.reads).isLessThan(4);

        source.journal.add(event(4));
        source.channel.onUnconfirmed(event(4));
        pass(Duration.ofMillis(500));

        assertThat(client.take()).containsExactly("4-0");
    }

    @Test
    void whatCannotBeReadIsLookedUp() {
        watch();
        source.journal.add(event(4));

        source.channel.onUnreadable();
        workers.runAll();

        assertThat(client.take()).containsExactly("4-0");
    }

    @Test
    void anEventThatTheChainHoldsSinceItCameIsOurs() {
        Chain chain = new Chain(FeedSettings.DEFAULT);
        chain.begin(new JournalPage(events(1, 4), false, true));
        UnconfirmedEvents unconfirmed = new UnconfirmedEvents();
        long now = TimeUnit.DAYS.toNanos(1);
        assertThat(unconfirmed.isVouchedFor(now)).isFalse();

        assertThat(unconfirmed.ask(event(4), id(3), now)).isZero();
        assertThat(unconfirmed.onCaughtUp(chain, now + 1)).isNull();

        assertThat(unconfirmed.isVouchedFor(now + UnconfirmedEvents.VOUCHED_NANOS - 1))
                .isTrue();
        assertThat(unconfirmed.isVouchedFor(now + UnconfirmedEvents.VOUCHED_NANOS))
                .as("counted from when it was heard")
                .isFalse();
    }
}
