package dev.jobstream.application.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublicationRetriesTest {

    private static final JobId JOB = new JobId("job");
    private static final JobId OTHER = new JobId("other");
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final RetryLimits LIMITS = new RetryLimits(10, 1_000, FIRST, FIRST.multipliedBy(4));

    private final UnreliableTransport transport = new UnreliableTransport();
    private final ManualClock clock = new ManualClock();
    private final ManualExecutor thread = new ManualExecutor();
    private final Told told = new Told();
    private final PublicationRetries retries = new PublicationRetries(transport, LIMITS, told, thread, clock);
    private final AfterCommitPublisher publisher =
            TransactionalPublisher.retrying(retries, JournalLimits.DEFAULT, Transactions.NONE);

    /** One word for each thing that is told. */
    private static final class Told implements RetryObserver {

        final List<String> words = new ArrayList<>();
        int waiting;

        @Override
        public void waiting(TransportUnavailableException cause) {
            words.add("waiting");
        }

        @Override
        public void waitingEvents(int events) {
            waiting = events;
        }

        @Override
        public void recovered() {
            words.add("recovered");
        }

        @Override
        public void dropped(JobId job, int events, Reason reason, @Nullable RuntimeException cause) {
            words.add(reason + " " + job + " " + events);
        }
    }

    private void publish(JobId job, int n) {
        publisher.publish(job, event(n));
    }

    private static NewEvent event(int n) {
        return NewEvent.of("step.output", "{\"n\":" + n + "}");
    }

    private static String data(int n) {
        return "{\"n\":" + n + "}";
    }

    private void pass(Duration time) {
        clock.advance(time);
        thread.runAll();
    }

    @Test
    void aTransportThatIsThereGetsEventsAtOnce() {
        publish(JOB, 1);

        assertThat(transport.journal(JOB)).containsExactly(data(1));
        assertThat(told.words).isEmpty();
        assertThat(retries.waitingEvents()).isZero();
    }

    @Test
    void whatWaitsIsPublishedInOrderWhenTheTransportIsBack() {
        transport.away = true;
        publish(JOB, 1);
        publish(JOB, 2);
        publish(OTHER, 3);
        assertThat(retries.waitingEvents()).isEqualTo(3);
        assertThat(told.waiting).isEqualTo(3);
        transport.away = false;
        publish(JOB, 4);
        assertThat(transport.journal(JOB)).isEmpty();

        pass(FIRST);

        assertThat(transport.journal(JOB)).containsExactly(data(1), data(2), data(4));
        assertThat(transport.journal(OTHER)).containsExactly(data(3));
        assertThat(told.words).containsExactly("waiting", "recovered");
        assertThat(told.waiting).isZero();
        assertThat(retries.waitingEvents()).isZero();
    }

    @Test
    void nobodyOvertakesWhatIsBeingPublishedAgain() {
        transport.away = true;
        publish(JOB, 1);
        transport.away = false;
        transport.meanwhile = () -> {
            transport.meanwhile = () -> {};
            publish(JOB, 2);
        };

        pass(FIRST);

        assertThat(transport.journal(JOB)).containsExactly(data(1), data(2));
    }

    @Test
    void anotherJobDoesNotWait() {
        transport.awayFor.add(JOB);
        publish(JOB, 1);
        publish(OTHER, 2);

        assertThat(transport.journal(OTHER)).containsExactly(data(2));
        pass(FIRST);
        assertThat(retries.waitingEvents()).isEqualTo(1);
    }

    @Test
    void anotherJobsLineIsServedWhileOneIsStuck() {
        transport.away = true;
        publish(JOB, 1);
        publish(OTHER, 2);
        transport.away = false;
        transport.awayFor.add(JOB);

        pass(FIRST);

        assertThat(transport.journal(OTHER)).containsExactly(data(2));
        assertThat(retries.waitingEvents()).isEqualTo(1);
        assertThat(told.words).containsExactly("waiting");
    }

    @Test
    void triesMoreAndMoreSeldomUntilSomethingLeaves() {
        transport.away = true;
        publish(JOB, 1);
        publish(OTHER, 2);
        transport.attempts.clear();
        List<Integer> attempts = new ArrayList<>();
        for (int i = 0; i < 11; i++) { // 100, 200, 400, 400 ms
            pass(FIRST);
            attempts.add(transport.attempts.size() / 2);
        }
        assertThat(attempts).containsExactly(1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4);

        transport.away = false;
        transport.awayFor.add(JOB);
        pass(FIRST.multipliedBy(4));
        assertThat(transport.journal(OTHER)).hasSize(1);
        transport.awayFor.clear();
        pass(FIRST);
        assertThat(transport.journal(JOB)).hasSize(1);
    }

    @Test
    void anAttemptWhoseAnswerIsLostIsNotPublishedTwice() {
        transport.answersAreLost = true;
        publish(JOB, 1);
        assertThat(transport.journal(JOB)).hasSize(1);
        transport.answersAreLost = false;

        pass(FIRST);

        assertThat(transport.journal(JOB)).hasSize(1);
        assertThat(retries.waitingEvents()).isZero();
    }

    @Test
    void aTransportThatRemembersNoKeysIsServedToo() {
        transport.remembersKeys = false;
        transport.away = true;
        publish(JOB, 1);
        transport.away = false;

        pass(FIRST);

        assertThat(transport.journal(JOB)).containsExactly(data(1));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> publisher.publish(JOB, List.of(event(2)), new IdempotencyKey("key")));
    }

    @Test
    void moreEventsThanMayWaitAreDroppedAndTold() {
        transport.away = true;
        for (int n = 0; n < LIMITS.maxEvents(); n++) {
            publish(n % 2 == 0 ? JOB : OTHER, n);
        }
        assertThat(told.words).containsExactly("waiting");

        publish(JOB, 10);
        publish(new JobId("third"), 11);

        assertThat(told.words).containsExactly("waiting", "OVERFLOW job 1", "OVERFLOW third 1");
        assertThat(retries.waitingEvents()).isEqualTo(LIMITS.maxEvents());
        transport.away = false;
        pass(FIRST);
        publish(JOB, 12);
        assertThat(transport.journal(JOB)).endsWith(data(8), data(12));
    }

    @Test
    void moreBytesThanMayWaitAreDroppedAndTold() {
        transport.away = true;
        NewEvent large = NewEvent.of("step.output", "{\"c\":\"" + "x".repeat(492) + "\"}"); // 500 bytes
        publisher.publish(JOB, large);
        publisher.publish(JOB, large);
        assertThat(retries.waitingEvents()).isEqualTo(2);

        publish(JOB, 1);

        assertThat(told.words).containsExactly("waiting", "OVERFLOW job 1");
        transport.away = false;
        pass(FIRST);
        assertThat(transport.journal(JOB)).hasSize(2);
    }

    @Test
    void whatIsLargerThanAllThatMayWaitBeginsNoWaiting() {
        transport.away = true;
        publisher.publish(JOB, NewEvent.of("step.output", "{\"c\":\"" + "x".repeat(1_000) + "\"}"));

        assertThat(told.words).containsExactly("OVERFLOW job 1");
        assertThat(retries.waitingEvents()).isZero();

        publish(JOB, 1);
        transport.away = false;
        pass(FIRST);
        assertThat(transport.journal(JOB)).containsExactly(data(1));
    }

    @Test
    void whatTheTransportRefusesMeanwhileIsDroppedAndThoseBehindItAreNotHeldUp() {
        transport.away = true;
        publish(JOB, 1);
        publisher.publish(JOB, NewEvent.of("job.failed", "{}"));
        publish(JOB, 2);
        publish(OTHER, 3);
        transport.away = false;

        pass(FIRST);

        assertThat(transport.journal(JOB)).containsExactly(data(1), "{}");
        assertThat(transport.journal(OTHER)).containsExactly(data(3));
        assertThat(told.words).containsExactly("waiting", "REFUSED job 1", "recovered");
    }

    @Test
    void whatIsRefusedAtOnceIsThrown() {
        publisher.publish(JOB, NewEvent.of("job.failed", "{}"));

        assertThatExceptionOfType(JobEndedException.class).isThrownBy(() -> publish(JOB, 1));
        assertThat(told.words).isEmpty();
    }

    @Test
    void waitsAgainAfterItHasRecovered() {
        for (int n = 0; n < 2; n++) {
            transport.away = true;
            publish(JOB, n);
            transport.away = false;
            pass(FIRST);
        }

        assertThat(transport.journal(JOB)).containsExactly(data(0), data(1));
        assertThat(told.words).containsExactly("waiting", "recovered", "waiting", "recovered");
    }

    @Test
    void shuttingDownPublishesWhatItCan() throws Exception {
        transport.away = true;
        publish(JOB, 1);
        publish(OTHER, 2);
        transport.away = false;
        transport.awayFor.add(OTHER);
        transport.meanwhile = () -> clock.advance(Duration.ofSeconds(4));

        retries.shutDown(Duration.ofSeconds(10));

        assertThat(transport.journal(JOB)).containsExactly(data(1));
        assertThat(told.words).containsExactly("waiting", "SHUTDOWN other 1");
        assertThat(retries.waitingEvents()).isZero();
        assertThat(told.waiting).isZero();
    }

    @Test
    void afterShuttingDownNothingWaits() throws Exception {
        transport.away = true;
        publish(JOB, 1);
        transport.meanwhile = () -> clock.advance(Duration.ofSeconds(4));
        retries.shutDown(Duration.ofSeconds(1));

        assertThatExceptionOfType(TransportUnavailableException.class).isThrownBy(() -> publish(JOB, 2));
        transport.away = false;
        thread.runAll();
        assertThat(transport.journal(JOB)).isEmpty();

        retries.resume();
        transport.meanwhile = () -> {};
        transport.away = true;
        publish(JOB, 3);
        transport.away = false;
        pass(FIRST);
        assertThat(transport.journal(JOB)).containsExactly(data(3));
    }

    @Test
    void limitsAreChecked() {
        assertThat(RetryLimits.DEFAULT.maxEvents()).isEqualTo(10_000);
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryLimits(0, 2, FIRST, FIRST));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryLimits(1, 1, FIRST, FIRST));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryLimits(1, 2, Duration.ZERO, FIRST));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryLimits(1, 2, FIRST, FIRST.dividedBy(2)));
        assertThat(new RetryLimits(1, 2, FIRST, FIRST).maxBytes()).isEqualTo(2);
    }
}
