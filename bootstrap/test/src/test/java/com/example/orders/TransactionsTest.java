package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.application.publishing.AfterCommitPublisher;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is published with a transaction shares its fate, on a database. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class TransactionsTest {

    @Autowired
    private AfterCommitPublisher publisher;

    @Autowired
    private EventSource source;

    @Autowired
    private PlatformTransactionManager transactions;

    private final JobId job = new JobId("job-" + UUID.randomUUID());

    private void publish(int n) {
        publisher.publish(job, NewEvent.of("step.output", "{\"n\":" + n + "}"));
    }

    private List<String> published() {
        return source.readAfter(job, EventId.NONE, 100).events().stream()
                .map(event -> event.data().toString())
                .toList();
    }

    private static String data(int n) {
        return "{\"n\":" + n + "}";
    }

    private TransactionTemplate template(int propagation) {
        TransactionTemplate template = new TransactionTemplate(transactions);
        template.setPropagationBehavior(propagation);
        return template;
    }

    private TransactionTemplate transaction() {
        return template(TransactionDefinition.PROPAGATION_REQUIRED);
    }

    @Test
    void leavesWhenTheTransactionCommitsInTheOrderOfTheCalls() {
        transaction().executeWithoutResult(status -> {
            publish(1);
            publish(2);
            assertThat(published()).isEmpty();
        });

        assertThat(published()).containsExactly(data(1), data(2));
    }

    @Test
    void neverLeavesIfTheTransactionRollsBack() {
        transaction().executeWithoutResult(status -> {
            publish(1);
            status.setRollbackOnly();
        });
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> transaction().executeWithoutResult(status -> {
                    publish(2);
                    publisher.publish(job, List.of());
                }));

        assertThat(published()).isEmpty();
    }

    @Test
    void withoutATransactionLeavesAtOnce() {
        publish(1);
        template(TransactionDefinition.PROPAGATION_SUPPORTS).executeWithoutResult(status -> {
            publish(2);
            assertThat(published()).containsExactly(data(1), data(2));
        });
    }

    @Test
    void aPartThatRollsBackTakesItsEventsWithIt() {
        transaction().executeWithoutResult(outer -> {
            publish(1);
            template(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult(inner -> {
                publish(2);
                inner.setRollbackOnly();
            });
            template(TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult(inner -> publish(3));
        });

        assertThat(published()).containsExactly(data(1), data(3));
    }

    @Test
    void aTransactionOfItsOwnDoesNotWaitForTheOuterOne() {
        transaction().executeWithoutResult(outer -> {
            publish(1);
            template(TransactionDefinition.PROPAGATION_REQUIRES_NEW).executeWithoutResult(inner -> publish(2));
            assertThat(published()).containsExactly(data(2));
            outer.setRollbackOnly();
        });

        assertThat(published()).containsExactly(data(2));
    }

    @Test
    void whatIsPublishedWhileOthersAreToldOfTheCommitIsNotLost() {
        transaction().executeWithoutResult(status -> {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    publish(1);
                }

                @Override
                public void afterCompletion(int status) {
                    publish(2);
                }
            });
        });

        assertThat(published()).containsExactlyInAnyOrder(data(1), data(2));
    }

    @Test
    void whatTheTransportRefusesIsToldToWhoCommits() {
        publisher.publish(job, NewEvent.of("job.completed", "{}"));

        assertThatExceptionOfType(JobEndedException.class)
                .isThrownBy(() -> transaction().executeWithoutResult(status -> publish(1)));
    }
}
