package dev.jobstream.application.memory;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.domain.ContractTransport;
import java.time.Duration;

/** The in-memory transport under the contract. */
final class MemoryContractTransport implements ContractTransport {

    private final ManualClock clock = new ManualClock();
    private final InMemoryTransport transport;

    private final JournalLimits limits;

    MemoryContractTransport(JournalLimits limits) {
        this.limits = limits;
        transport = new InMemoryTransport(limits, InMemoryTransport.DEFAULT_MAX_BYTES, clock);
    }

    @Override
    public EventSource source() {
        return transport;
    }

    @Override
    public EventPublisher publisher() {
        return transport;
    }

    @Override
    public void publishLiveOnly(JobId job, String type, String json) {
        transport.publishLiveOnly(job, NewEvent.of(type, json));
    }

    @Override
    public void letPass(Duration time) {
        clock.advance(time);
    }

    @Override
    public ContractTransport neighbour() {
        return new MemoryContractTransport(limits);
    }

    @Override
    public void close() {}
}
