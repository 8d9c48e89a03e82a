package dev.jobstream.application.memory;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.ContractTransport;
import dev.jobstream.test.domain.EventSourceContract;

/** The in-memory transport does on the wire what every transport must. */
class MemoryEventSourceContractTest extends EventSourceContract {

    @Override
    protected ContractTransport transport(JournalLimits limits) {
        return new MemoryContractTransport(limits);
    }
}
