package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.ContractTransport;
import dev.jobstream.test.domain.JournalContract;
import dev.jobstream.tools.ValkeyServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Both scripts on the oldest server that they must run on. */
class OldestRedisJournalContractTest extends JournalContract {

    private static ValkeyServer server;

    @BeforeAll
    static void start() {
        server = ValkeyServer.startBundled();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected ContractTransport transport(JournalLimits limits) {
        return new TestTransport(server, limits);
    }

    @Test
    void isTheOldest() {
        assertThat(server.version()).startsWith("redis 7.0.");
    }
}
