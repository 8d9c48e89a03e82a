package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.IdempotencyConflictException;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.PublicationDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * The way into Valkey: a publication is one call of {@code append.lua}, which writes to the journal and publishes in one step.
 * A call that was under way when the connection broke is not sent again, as it may have been carried out.
 */
public final class ValkeyEventPublisher implements EventPublisher {

    private static final String APPEND = "/dev/jobstream/append.lua";
    private static final int ARGUMENTS_BESIDE_EVENTS = 3;

    private final LuaScript append;
    private final JobKey keys;
    private final JournalLimits limits;

    ValkeyEventPublisher(RedisConnectionFactory connections, ValkeyProbe probe, Installation installation) {
        this.limits = installation.limits();
        this.keys = installation.keys();
        this.append = new LuaScript(
                connections,
                probe,
                APPEND,
                Map.of(
                        "MAX_DATA", limits.maxEventBytes(),
                        "END_TTL", limits.endTtl().toMillis(),
                        "DATABASE", installation.database(),
                        "SHARDED", installation.pubSub().publishesSharded(),
                        "CHECK_DATA", false)); // An EventData has been checked.
    }

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events) {
        return publish(job, List.copyOf(events), (String) null);
    }

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events, IdempotencyKey key) {
        List<NewEvent> all = List.copyOf(events);
        return publish(job, all, key + " " + PublicationDigest.of(all));
    }

    private List<EventId> publish(JobId job, List<NewEvent> events, @Nullable String once) {
        byte[][] arguments = arguments(events, once);
        try {
            return append.run(LuaScript.bytes(keys.of(job)), arguments).stream()
                    .map(id -> EventId.parse(LuaScript.text(id)))
                    .toList();
        } catch (ScriptRefusedException e) {
            throw switch (e.kind()) {
                case JOB_ENDED -> new JobEndedException(job);
                case CONFLICT -> new IdempotencyConflictException(job);
                case INVALID -> new InvalidEventException(e.reason());
            };
        }
    }

    private byte[][] arguments(List<NewEvent> events, @Nullable String once) {
        limits.check(events);
        List<byte[]> arguments = new ArrayList<>(ARGUMENTS_BESIDE_EVENTS + 2 * events.size());
        arguments.add(LuaScript.bytes(limits.maxEvents()));
        arguments.add(LuaScript.bytes(limits.ttl().toMillis()));
        for (NewEvent event : events) {
            arguments.add(LuaScript.bytes(event.type().name()));
            arguments.add(event.data().toByteArray());
        }
        if (once != null) {
            arguments.add(LuaScript.bytes(once));
        }
        return arguments.toArray(byte[][]::new);
    }
}
