package dev.jobstream.application.memory;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.ContractTransport;
import dev.jobstream.test.domain.JournalContract;

/** The in-memory transport retains what every transport must. */
class MemoryJournalContractTest extends JournalContract {

    @Override
    protected ContractTransport transport(JournalLimits limits) {
        return new MemoryContractTransport(limits);
    }
}
