package dev.jobstream.adapters.redis;

import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Knows the state of the connections, for code that must not wait to find out: a thread asks Valkey once a second
 * and remembers the answer, and the driver tells which connections there are. The same thread does what follows from it: it
 * leaves connections that lead to nobody, or to one that was the primary.
 */
final class ValkeyProbe {

    private static final Logger log = LoggerFactory.getLogger(ValkeyProbe.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_WHILE_AWAY = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(50);

    private final LettuceConnectionFactory connections;
    private final OpenConnections open = new OpenConnections();
    private final ValkeyNodes nodes;
    private final Refusals refusals;
    private final @Nullable SentinelWatch sentinels;
    private final Semaphore wake = new Semaphore(0);
    private final LogTurn failures = new LogTurn();
    private @Nullable Thread thread;

    ValkeyProbe(LettuceConnectionFactory connections, TransportProblems problems) {
        this.connections = connections;
        this.refusals = new Refusals(connections, problems);
        this.nodes =
                connections.isClusterAware() ? new ClusterValkey(connections, open) : new OneValkey(connections, open);
        RedisSentinelConfiguration sentinel = connections.getSentinelConfiguration();
        this.sentinels =
                sentinel == null ? null : new SentinelWatch(sentinel, connections.getClientConfiguration(), open);
        open.whenOneIsLost(wake::release);
    }

    /** Whether Valkey, all of it, answered when it was last asked. */
    boolean isAnswering() {
        return nodes.areAnswering();
    }

    /** The nodes of a cluster that did not answer when they were last asked. */
    List<String> missing() {
        return nodes.missing();
    }

    /** Why Valkey takes no writes; {@code null} if it does, as far as is known. */
    @Nullable
    ValkeyRefusal refusal() {
        return refusals.current();
    }

    /** Whether there is a connection that events may come over. */
    boolean hasSubscriber() {
        return open.hasSubscriber();
    }

    /** @throws TransportUnavailableException if what keeps this key was silent when it was last asked */
    void failIfSilent(byte[] key) {
        if (nodes.isSilent(key)) {
            throw new TransportUnavailableException("Valkey does not answer", null);
        }
    }

    /**
     * Takes notice of a call that failed.
     *
     * @param write whether it would have changed something
     * @return what to tell whoever asked
     */
    TransportUnavailableException unavailable(byte[] key, boolean write, RuntimeException e) {
        String reply = ValkeyErrors.reply(e);
        if (reply.isEmpty()) {
            wake.release();
            return new TransportUnavailableException("Valkey did not answer: " + ValkeyErrors.rootMessage(e), e);
        }
        TransportUnavailableException refused = refusals.refused(key, write, reply, e);
        if (refusals.isTimeToLook()) {
            nodes.lookForPrimary();
        }
        return refused;
    }

    /** Takes notice of a call that has changed something. */
    void written() {
        refusals.taken();
    }

    synchronized void start() {
        if (thread != null) {
            return;
        }
        connections.getRequiredNativeClient().addListener(open);
        Thread asking = new Thread(this::askOnAndOn, "jobstream-valkey-probe");
        asking.setDaemon(true);
        thread = asking;
        asking.start();
    }

    synchronized void stop() {
        Thread asking = thread;
        if (asking == null) {
            return;
        }
        thread = null;
        asking.interrupt();
        try {
            asking.join(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (connections.getNativeClient() != null) {
            connections.getRequiredNativeClient().removeListener(open);
        }
        if (sentinels != null) {
            sentinels.close();
        }
        open.clear();
        nodes.reset();
    }

    private void askOnAndOn() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                wake.drainPermits();
                askOnce();
                Duration pause = nodes.areAnswering() ? PAUSE : PAUSE_WHILE_AWAY;
                if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    // One that fails, fails for many at a time.
                    Thread.sleep(PAUSE_AFTER_FAILURE.toMillis());
                }
            }
        } catch (InterruptedException e) {
            // stop() asked for it
        }
    }

    /** Whatever happens in there, there must be a next time. */
    private void askOnce() {
        try {
            if (sentinels != null) {
                sentinels.keepWatching();
            }
            nodes.ask();
            refusals.tryAgain();
        } catch (RuntimeException e) {
            int number = Thread.currentThread().isInterrupted() ? 0 : failures.take();
            if (number > 0) {
                log.error("{} failures of the probe since the last such line, this is the last", number, e);
            }
        }
    }
}
