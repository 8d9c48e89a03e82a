package dev.jobstream.test.domain;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import java.time.Duration;

/** A transport under the contract: the two ports, and what a test needs besides. */
public interface ContractTransport extends AutoCloseable {

    EventSource source();

    EventPublisher publisher();

    /** Puts an event on the wire past the journal, as a program does that knows nothing of it. */
    void publishLiveOnly(JobId job, String type, String json);

    /**
     * Lets time pass for the journal's retention: a clock in hand is moved on. Where time passes by itself, nothing: the
     * contract waits for what it brings.
     */
    void letPass(Duration time);

    /**
     * A second installation with journals of its own, as near to this one as two may be: where transports share a server,
     * on the same one. The caller closes it.
     */
    ContractTransport neighbour();

    /** Ends the transport and all that it runs. */
    @Override
    void close();
}
