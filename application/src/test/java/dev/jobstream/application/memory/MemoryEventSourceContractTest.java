package dev.jobstream.application.memory;

import dev.jobstream.domain.ContractTransport;
import dev.jobstream.domain.EventSourceContract;
import dev.jobstream.domain.JournalLimits;

/** The in-memory transport does on the wire what every transport must. */
class MemoryEventSourceContractTest extends EventSourceContract {

    @Override
    protected ContractTransport transport(JournalLimits limits) {
        return new MemoryContractTransport(limits);
    }
}
