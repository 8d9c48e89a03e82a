package com.example.transport;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.domain.ContractTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

// tag::contractTransport[]
/** The transport under the contracts, with a clock that they turn. */
final class SortedMapContractTransport implements ContractTransport {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final JournalLimits limits;
    private final SortedMapTransport transport;

    SortedMapContractTransport(JournalLimits limits) {
        this.limits = limits;
        this.transport = new SortedMapTransport(limits, now::get);
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
        now.updateAndGet(before -> before.plus(time));
    }

    @Override
    public ContractTransport neighbour() {
        return new SortedMapContractTransport(limits);
    }

    @Override
    public void close() {}
}
// end::contractTransport[]
