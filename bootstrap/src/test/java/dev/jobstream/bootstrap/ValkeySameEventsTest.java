package dev.jobstream.bootstrap;

import dev.jobstream.adapters.redis.ValkeyServer;
import io.lettuce.core.RedisClient;

class ValkeySameEventsTest extends SameEventsTest {

    @Override
    RunningServer start() {
        ValkeyServer valkey = ValkeyServer.shared();
        return RunningServer.start(
                "jobstream.transport=valkey",
                "spring.data.redis.host=" + valkey.host(),
                "spring.data.redis.port=" + valkey.port());
    }

    @Override
    void publishLiveOnly(RunningServer server, String job, String type, String json) {
        try (RedisClient redis = RedisClient.create(ValkeyServer.shared().url())) {
            redis.connect()
                    .sync()
                    .publish("runner-jobs:{" + job + "}:events", "{\"event\":\"" + type + "\",\"data\":" + json + "}");
        }
    }
}
