package dev.jobstream.application.publishing;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The {@link AfterCommitPublisher} of a host with the transactions that it has. Safe for use by many threads. */
public final class TransactionalPublisher implements AfterCommitPublisher {

    private final JournalLimits limits;
    private final Transactions transactions;
    private final Consumer<Publication> way;

    private TransactionalPublisher(JournalLimits limits, Transactions transactions, Consumer<Publication> way) {
        this.limits = limits;
        this.transactions = transactions;
        this.way = way;
    }

    /**
     * Without retries: while the transport is away, whoever commits gets a {@link TransportUnavailableException}.
     *
     * @param publisher where events go
     * @param limits what its journals take
     * @param transactions of the host
     */
    public static TransactionalPublisher throwing(
            EventPublisher publisher, JournalLimits limits, Transactions transactions) {
        return new TransactionalPublisher(limits, transactions, publication -> publication.sendTo(publisher));
    }

    /**
     * With retries: while the transport is away, events wait in memory.
     *
     * @param limits what journals take
     * @param transactions of the host
     */
    public static TransactionalPublisher retrying(
            PublicationRetries retries, JournalLimits limits, Transactions transactions) {
        return new TransactionalPublisher(limits, transactions, retries::publish);
    }

    @Override
    public void publish(JobId job, List<NewEvent> events) {
        take(job, events, null);
    }

    @Override
    public void publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
        take(job, events, key);
    }

    private void take(JobId job, List<NewEvent> events, @Nullable IdempotencyKey key) {
        limits.check(events);
        Publication publication = Publication.of(job, events, key);
        if (!transactions.afterCommit(() -> way.accept(publication))) {
            way.accept(publication);
        }
    }
}
