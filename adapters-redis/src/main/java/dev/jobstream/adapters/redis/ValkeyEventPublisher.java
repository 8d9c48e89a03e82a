package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.util.List;
import java.util.Map;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * The way into Valkey: a publication is one call of {@code append.lua}, which writes to the journal and publishes in one step.
 * A call that was under way when the connection broke is not sent again, as it may have been carried out.
 */
public final class ValkeyEventPublisher implements EventPublisher {

    private static final String APPEND = "/dev/jobstream/append.lua";
    private static final int ARGUMENTS_BEFORE_EVENTS = 2;

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
                        "CHECK_DATA", false)); // An EventData has been checked.
    }

    @Override
    public List<EventId> publish(JobId job, List<NewEvent> events) {
        byte[][] arguments = arguments(List.copyOf(events));
        try {
            return append.run(LuaScript.bytes(keys.of(job)), arguments).stream()
                    .map(id -> EventId.parse(LuaScript.text(id)))
                    .toList();
        } catch (ScriptRefusedException e) {
            throw e.isJobEnded() ? new JobEndedException(job) : new InvalidEventException(e.reason());
        }
    }

    private byte[][] arguments(List<NewEvent> events) {
        limits.check(events);
        byte[][] arguments = new byte[ARGUMENTS_BEFORE_EVENTS + 2 * events.size()][];
        arguments[0] = LuaScript.bytes(limits.maxEvents());
        arguments[1] = LuaScript.bytes(limits.ttl().toMillis());
        int at = ARGUMENTS_BEFORE_EVENTS;
        for (NewEvent event : events) {
            arguments[at++] = LuaScript.bytes(event.type().name());
            arguments[at++] = event.data().toByteArray();
        }
        return arguments;
    }
}
