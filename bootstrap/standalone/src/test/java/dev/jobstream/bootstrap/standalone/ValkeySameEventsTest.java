package dev.jobstream.bootstrap.standalone;

import dev.jobstream.tools.ValkeyServer;
import io.lettuce.core.RedisClient;

class ValkeySameEventsTest extends SameEventsTest {

    @Override
    RunningServer start() {
        return RunningServer.startOn(ValkeyServer.shared());
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
