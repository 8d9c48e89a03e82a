package com.example.transport;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.ContractTransport;
import dev.jobstream.test.domain.EventSourceContract;

// tag::contract[]
class SortedMapEventSourceContractTest extends EventSourceContract {

    @Override
    protected ContractTransport transport(JournalLimits limits) {
        return new SortedMapContractTransport(limits);
    }
}
// end::contract[]
