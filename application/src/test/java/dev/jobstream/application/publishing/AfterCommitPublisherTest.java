package dev.jobstream.application.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.domain.EventTooLargeException;
import dev.jobstream.domain.IdempotencyConflictException;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AfterCommitPublisherTest {

    private static final JobId JOB = new JobId("job");
    private static final NewEvent ONE = NewEvent.of("step.output", "{\"n\":1}");
    private static final NewEvent TWO = NewEvent.of("step.output", "{\"n\":2}");

    private final UnreliableTransport transport = new UnreliableTransport();
    private final List<Runnable> commits = new ArrayList<>();
    private final AfterCommitPublisher outside =
            TransactionalPublisher.throwing(transport, JournalLimits.DEFAULT, Transactions.NONE);
    private final AfterCommitPublisher inside =
            TransactionalPublisher.throwing(transport, JournalLimits.DEFAULT, commits::add);

    @Test
    void withoutATransactionPublishesAtOnce() {
        outside.publish(JOB, ONE);
        outside.publish(JOB, List.of(TWO, ONE));

        assertThat(transport.journal(JOB)).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":1}");
    }

    @Test
    void inATransactionPublishesWhenItCommits() {
        inside.publish(JOB, ONE);
        inside.publish(JOB, TWO);
        assertThat(transport.attempts).isEmpty();

        commits.forEach(Runnable::run);

        assertThat(transport.journal(JOB)).containsExactly("{\"n\":1}", "{\"n\":2}");
    }

    @Test
    void whatIsChangedAfterTheCallIsNotPublished() {
        List<NewEvent> events = new ArrayList<>(List.of(ONE));
        inside.publish(JOB, events);
        events.add(TWO);

        commits.forEach(Runnable::run);

        assertThat(transport.journal(JOB)).containsExactly("{\"n\":1}");
    }

    @Test
    void whatNoJournalTakesIsRefusedBeforeTheCommit() {
        AfterCommitPublisher small = TransactionalPublisher.throwing(
                transport, new JournalLimits(10, Duration.ofMinutes(1), 6), commits::add);

        assertThatExceptionOfType(InvalidEventException.class).isThrownBy(() -> inside.publish(JOB, List.of()));
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> inside.publish(JOB, List.of(NewEvent.of("job.failed", "{}"), ONE)));
        assertThatExceptionOfType(EventTooLargeException.class).isThrownBy(() -> small.publish(JOB, ONE));

        assertThat(commits).isEmpty();
    }

    @Test
    void aTransportThatIsAwayIsThrownToWhoCommits() {
        transport.away = true;
        inside.publish(JOB, ONE);

        assertThatExceptionOfType(TransportUnavailableException.class)
                .isThrownBy(() -> commits.get(0).run());
        assertThatExceptionOfType(TransportUnavailableException.class).isThrownBy(() -> outside.publish(JOB, ONE));
    }

    @Test
    void aKeyIsPassedOn() {
        IdempotencyKey key = new IdempotencyKey("order-1");
        outside.publish(JOB, List.of(ONE), key);
        outside.publish(JOB, List.of(ONE), key);

        assertThat(transport.journal(JOB)).hasSize(1);
        assertThatExceptionOfType(IdempotencyConflictException.class)
                .isThrownBy(() -> outside.publish(JOB, List.of(TWO), key));
    }

    @Test
    void aKeyThatNobodyRemembersIsRefused() {
        transport.remembersKeys = false;

        outside.publish(JOB, ONE);

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> outside.publish(JOB, List.of(ONE), new IdempotencyKey("order-1")));
        assertThat(transport.journal(JOB)).hasSize(1);
    }
}
