package com.example.transport;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.ContractTransport;
import dev.jobstream.test.domain.JournalContract;

class SortedMapJournalContractTest extends JournalContract {

    @Override
    protected ContractTransport transport(JournalLimits limits) {
        return new SortedMapContractTransport(limits);
    }
}
