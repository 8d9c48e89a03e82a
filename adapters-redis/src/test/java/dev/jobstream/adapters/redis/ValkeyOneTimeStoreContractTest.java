package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.test.domain.OneTimeStoreContract;
import dev.jobstream.tools.ValkeyServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValkeyOneTimeStoreContractTest extends OneTimeStoreContract {

    private final List<TestTransport> open = new ArrayList<>();

    private TestTransport transport() {
        TestTransport transport = new TestTransport(ValkeyServer.shared(), JournalLimits.DEFAULT);
        open.add(transport);
        return transport;
    }

    @Override
    protected OneTimeStore node() {
        return transport().transport().oneTimeStore();
    }

    @Override
    protected void letExpire(String kept) {
        TestTransport transport = transport();
        byte[] key = LuaScript.bytes("runner-jobs:once:" + kept);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> Boolean.FALSE.equals(
                        transport.<Boolean>by(hand -> hand.keyCommands().exists(key))));
    }

    @AfterEach
    void close() {
        open.forEach(TestTransport::close);
    }

    @Test
    void whatIsKeptExpiresByItself() {
        String name = UUID.randomUUID().toString();
        TestTransport transport = transport();
        transport.transport().oneTimeStore().put(name, "text", Duration.ofSeconds(60));

        Long left = transport.by(hand -> hand.keyCommands().pTtl(LuaScript.bytes("runner-jobs:once:" + name)));

        assertThat(left).isBetween(1L, 60_000L);
    }
}
