package dev.jobstream.application.memory;

import dev.jobstream.domain.ContractTransport;
import dev.jobstream.domain.JournalContract;
import dev.jobstream.domain.JournalLimits;

/** The in-memory transport retains what every transport must. */
class MemoryJournalContractTest extends JournalContract {

    @Override
    protected ContractTransport transport(JournalLimits limits) {
        return new MemoryContractTransport(limits);
    }
}
