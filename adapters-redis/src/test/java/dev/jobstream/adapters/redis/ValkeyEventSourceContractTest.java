package dev.jobstream.adapters.redis;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.ContractTransport;
import dev.jobstream.test.domain.EventSourceContract;
import dev.jobstream.tools.ValkeyServer;

class ValkeyEventSourceContractTest extends EventSourceContract {

    @Override
    protected ContractTransport transport(JournalLimits limits) {
        return new TestTransport(ValkeyServer.shared(), limits);
    }
}
