package dev.jobstream.adapters.redis;

import dev.jobstream.tools.ValkeyServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same on the oldest server that the script must run on. */
class OldestRedisQuotaLeasesTest extends ValkeyQuotaLeasesContractTest {

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
    ValkeyServer server() {
        return server;
    }
}
