package dev.jobstream.adapters.redis;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.test.domain.QuotaLeasesContract;
import dev.jobstream.tools.ValkeyServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Leases on the server that there is. */
class ValkeyQuotaLeasesContractTest extends QuotaLeasesContract {

    private final List<TestTransport> open = new ArrayList<>();

    /** The server that the leases are on. */
    ValkeyServer server() {
        return ValkeyServer.shared();
    }

    @AfterEach
    void close() {
        open.forEach(TestTransport::close);
    }

    @Override
    protected QuotaLeases node(Duration life) {
        TestTransport transport = new TestTransport(server(), JournalLimits.DEFAULT);
        open.add(transport);
        return transport.transport().quotaLeases(life);
    }

    @Override
    protected void letPass(Duration time) {
        // Valkey's clock goes by itself.
    }
}
