package dev.jobstream.adapters.redis;

import dev.jobstream.domain.OneTimeStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/** Keeps one-time texts in Valkey: each is a key of its own, which expires by itself. */
final class ValkeyOneTimeStore implements OneTimeStore {

    private final LuaScript put;
    private final LuaScript take;
    private final String prefix;

    ValkeyOneTimeStore(RedisConnectionFactory connections, ValkeyProbe probe, JobKey keys) {
        this.put = new LuaScript(connections, probe, "/dev/jobstream/put.lua");
        this.take = new LuaScript(connections, probe, "/dev/jobstream/take.lua");
        this.prefix = keys.namespace() + ":once:";
    }

    @Override
    public void put(String name, String text, Duration life) {
        List<Object> unused = put.run(key(name), LuaScript.bytes(text), LuaScript.bytes(life.toMillis()));
    }

    @Override
    public Optional<String> take(String name) {
        return take.run(key(name)).stream().findFirst().map(LuaScript::text);
    }

    private byte[] key(String name) {
        return LuaScript.bytes(prefix + name);
    }
}
