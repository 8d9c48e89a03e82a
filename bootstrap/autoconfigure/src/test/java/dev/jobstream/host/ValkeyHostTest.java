package dev.jobstream.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ValkeyServer;
import org.junit.jupiter.api.Test;

class ValkeyHostTest extends HostTest {

    @Override
    String[] transport() {
        ValkeyServer valkey = ValkeyServer.shared();
        return new String[] {
            "jobstream.transport=valkey",
            "spring.data.redis.host=" + valkey.host(),
            "spring.data.redis.port=" + valkey.port()
        };
    }

    @Test
    void theHostGoesOnUsingRedis() throws Exception {
        assertThat(host().get("/public/visits").body()).matches("visits: \\d+");
    }
}
