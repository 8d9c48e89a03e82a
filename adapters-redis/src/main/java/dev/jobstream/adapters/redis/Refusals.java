package dev.jobstream.adapters.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * What Valkey refuses for reasons of its own: counted, logged once in a while, and remembered until it takes writes again. So that
 * nobody has to publish for that to be known, the probe tries: it writes a short text for a millisecond, beside the
 * key that was refused and therefore on the same node.
 */
final class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);
    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
    private static final Duration LAST_LOOK = Duration.ofSeconds(10);

    private final RedisConnectionFactory connections;
    private final TransportProblems problems;
    private final Map<ValkeyRefusal, LogTurn> turns = new EnumMap<>(ValkeyRefusal.class);
    private volatile @Nullable Refused refused;
    /** Whether the log has a line on writes that were refused, and none yet that they are taken again. */
    private volatile boolean told;

    // Under the lock.
    private @Nullable Duration pause;
    private long lookedAt;

    /** @param trial the key that it is tried with whether it is over */
    private record Refused(ValkeyRefusal why, String trial) {}

    Refusals(RedisConnectionFactory connections, TransportProblems problems) {
        this.connections = connections;
        this.problems = problems;
        for (ValkeyRefusal refusal : ValkeyRefusal.values()) {
            turns.put(refusal, new LogTurn());
        }
    }

    /** Why the last write that was refused was; {@code null} if it is known that writes are taken again. */
    @Nullable
    ValkeyRefusal current() {
        Refused last = refused;
        return last == null ? null : last.why;
    }

    /**
     * Takes notice of a refusal.
     *
     * @param key of what was asked
     * @param write whether it was to be changed
     * @return what to tell whoever asked
     */
    TransportUnavailableException refused(byte[] key, boolean write, String reply, RuntimeException cause) {
        ValkeyRefusal why = ValkeyRefusal.of(reply);
        problems.refused(why);
        LogTurn turn = turns.get(why);
        int number = turn == null ? 0 : turn.take();
        if (number > 0) {
            told = told || write;
            log.warn("{} refused by Valkey since the last such line, for example: {}", number, LogText.of(reply));
        }
        if (write && why != ValkeyRefusal.MOVING) { // Of one slot, for a moment.
            refused = new Refused(why, beside(key));
        }
        return new TransportUnavailableException(
                "Valkey refused: " + LogText.of(reply),
                "the event journal refuses this at the moment: " + why.words(),
                cause);
    }

    /** A write was taken. What a permission forbids, others may be allowed: then only this says that it is over. */
    void taken() {
        Refused last = refused;
        if (last != null && last.why == ValkeyRefusal.NOPERM) {
            over();
        }
    }

    /** Whether it is time to look for the primary: at first soon, then ever less often, as it may well be the right one. */
    synchronized boolean isTimeToLook() {
        Refused last = refused;
        if (last == null || !last.why.callsForThePrimary()) {
            return false;
        }
        Duration before = pause;
        if (before != null && System.nanoTime() - lookedAt < before.toNanos()) {
            return false;
        }
        Duration longer = before == null ? FIRST_LOOK : before.multipliedBy(2);
        pause = longer.compareTo(LAST_LOOK) > 0 ? LAST_LOOK : longer;
        lookedAt = System.nanoTime();
        return true;
    }

    /** Tries whether it is over. Called by one thread, which may wait. */
    void tryAgain() {
        Refused last = refused;
        if (last == null || last.why == ValkeyRefusal.NOPERM) {
            return;
        }
        try (RedisConnection connection = connections.getConnection()) {
            Object unused = connection.execute(
                    "SET", LuaScript.bytes(last.trial), LuaScript.bytes(""), LuaScript.bytes("PX"), LuaScript.bytes(1));
            if (last.equals(refused)) {
                over();
            }
        } catch (RuntimeException e) {
            ValkeyErrors.throwIfInterrupted(e);
        }
    }

    private synchronized void over() {
        refused = null;
        pause = null;
        if (told) {
            told = false;
            log.info("Valkey takes writes again");
        }
    }

    /** In the same slot of a cluster: what decides that stands in braces. */
    private static String beside(byte[] key) {
        String name = new String(key, UTF_8);
        int behind = name.lastIndexOf('}') + 1;
        return (behind > 0 ? name.substring(0, behind) : name) + ":trial";
    }
}
