package dev.jobstream.adapters.redis;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.ContractTransport;
import dev.jobstream.test.domain.JournalContract;
import dev.jobstream.tools.ValkeyCluster;

class ClusterJournalContractTest extends JournalContract {

    @Override
    protected ContractTransport transport(JournalLimits limits) {
        return new TestTransport(ValkeyCluster.shared(), limits, PubSub.AUTO);
    }
}
