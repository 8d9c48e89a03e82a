package dev.jobstream.adapters.redis;

import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Leases in Valkey. A report is one call of {@code quotas.lua}; it has a number, by which the script knows whether the lease is
 * as this node left it. So a report that arrives late, over a connection that was given up, does nothing.
 */
final class ValkeyQuotaLeases implements QuotaLeases {

    private static final Logger log = LoggerFactory.getLogger(ValkeyQuotaLeases.class);
    private static final String SCRIPT = "/dev/jobstream/quotas.lua";

    private final LuaScript script;
    private final byte[] nodes;
    private final byte[] node = LuaScript.bytes(UUID.randomUUID().toString());
    private final Duration life;
    private long reports;
    private boolean failing;

    ValkeyQuotaLeases(RedisConnectionFactory connections, ValkeyProbe probe, JobKey keys, Duration life) {
        this.script = new LuaScript(connections, probe, SCRIPT);
        this.nodes = LuaScript.bytes(keys.namespace() + ":{quotas}:nodes");
        this.life = life;
    }

    @Override
    public synchronized Optional<List<Integer>> report(
            boolean whole, Map<String, Integer> held, List<List<Limit>> wishes) {
        byte[] before = whole ? new byte[0] : LuaScript.bytes(reports);
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(node);
        arguments.add(LuaScript.bytes(life.toMillis()));
        arguments.add(before);
        arguments.add(LuaScript.bytes(++reports));
        arguments.add(LuaScript.bytes(held.size()));
        held.forEach((key, count) -> add(arguments, key, count));
        for (List<Limit> limits : wishes) {
            arguments.add(LuaScript.bytes(limits.size()));
            limits.forEach(limit -> add(arguments, limit.key(), limit.most()));
        }
        List<Object> reply = run(arguments);
        if ((Long) reply.get(0) == 0) {
            return Optional.empty();
        }
        return Optional.of(
                reply.stream().skip(1).map(answer -> ((Long) answer).intValue()).toList());
    }

    private static void add(List<byte[]> arguments, String key, int number) {
        arguments.add(LuaScript.bytes(key));
        arguments.add(LuaScript.bytes(number));
    }

    private List<Object> run(List<byte[]> arguments) {
        List<Object> reply;
        try {
            reply = script.run(nodes, arguments.toArray(byte[][]::new));
        } catch (TransportUnavailableException e) {
            if (!failing) {
                log.warn("Quotas are not shared at the moment, this node keeps them by itself: {}", e.getMessage());
            }
            failing = true;
            throw e;
        }
        if (failing) {
            log.info("Quotas are shared again");
        }
        failing = false;
        return reply;
    }

    /** What it holds is told as nothing; what is left of it expires. */
    @Override
    public void end() {
        Optional<List<Integer>> unused = report(true, Map.of(), List.of());
    }

    @Override
    public Duration life() {
        return life;
    }
}
