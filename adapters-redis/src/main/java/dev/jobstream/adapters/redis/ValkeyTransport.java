package dev.jobstream.adapters.redis;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.domain.QuotaLeases;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The two ports on one Valkey, and their life cycle. Reading and publishing work as long as the connections do; what is
 * listened to is heard between {@link #start} and {@link #stop}.
 */
public final class ValkeyTransport implements AutoCloseable {

    /** What a node that was away for a day must still learn. */
    private static final JournalLimits CONTROL_LIMITS = new JournalLimits(100_000, Duration.ofDays(7), 16 * 1024);

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    private final ValkeyEventSource source;
    private final ValkeyEventPublisher publisher;
    private final LiveOnlyEnds ends;
    private final ValkeyProbe probe;
    private final ValkeyEventSource controlSource;
    private final ValkeyEventPublisher controlPublisher;
    private final ValkeyOneTimeStore oneTimeStore;
    private final RedisConnectionFactory connections;
    private final JobKey keys;

    /**
     * @param connections made by Lettuce, best with {@link LettuceSettings}; not closed here
     * @param limits of every job's journal; all that write to one Valkey should agree on them
     * @param namespace what the names of all jobs begin with: 1 to 64 characters out of {@code A-Z a-z 0-9 . _ : -}
     * @param pubSub how new events come; all that write to one Valkey should agree on it
     * @throws IllegalArgumentException if the connections are not made by Lettuce, or the namespace cannot be one, or the Pub/Sub
     *     needs a Cluster, and they are to none
     */
    public ValkeyTransport(
            RedisConnectionFactory connections,
            JournalLimits limits,
            String namespace,
            PubSub pubSub,
            TransportProblems problems) {
        if (!(connections instanceof LettuceConnectionFactory lettuce)) {
            // Jedis would wait for messages on the thread that subscribes.
            throw new IllegalArgumentException("connections must be a LettuceConnectionFactory, is a "
                    + connections.getClass().getName());
        }
        if (namespace.length() > JobKey.MAX_NAMESPACE) {
            throw new IllegalArgumentException("namespace must have 1 to 64 characters out of A-Z a-z 0-9 . _ : -");
        }
        PubSub ours = pubSub.at(connections);
        Installation installation = new Installation(new JobKey(namespace), lettuce.getDatabase(), limits, ours);
        SkippedMessages skipped = new SkippedMessages(problems);
        this.connections = connections;
        this.keys = installation.keys();
        this.probe = new ValkeyProbe(lettuce, problems);
        this.publisher = new ValkeyEventPublisher(connections, probe, installation);
        this.ends = new LiveOnlyEnds(publisher, skipped);
        this.source = new ValkeyEventSource(connections, probe, installation, ends, skipped, ANSWER_WITHIN);
        Installation control =
                new Installation(installation.keys().control(), installation.database(), CONTROL_LIMITS, ours);
        this.controlPublisher = new ValkeyEventPublisher(connections, probe, control);
        this.controlSource = new ValkeyEventSource(connections, probe, control, ends, skipped, ANSWER_WITHIN);
        this.oneTimeStore = new ValkeyOneTimeStore(connections, probe, installation.keys());
    }

    /** In the namespace of an installation that has a server to itself, {@code runner-jobs}. */
    public ValkeyTransport(RedisConnectionFactory connections, JournalLimits limits, TransportProblems problems) {
        this(connections, limits, JobKey.DEFAULT_NAMESPACE, PubSub.AUTO, problems);
    }

    public ValkeyEventSource source() {
        return source;
    }

    public ValkeyEventPublisher publisher() {
        return publisher;
    }

    /** Reads what the nodes of this installation tell each other, a journal for each subject. It is read, not listened to. */
    public ValkeyEventSource controlSource() {
        return controlSource;
    }

    /** Writes what {@link #controlSource} reads. */
    public ValkeyEventPublisher controlPublisher() {
        return controlPublisher;
    }

    public OneTimeStore oneTimeStore() {
        return oneTimeStore;
    }

    /**
     * What this node holds of quotas that it shares with the other nodes of the installation.
     *
     * @param life how long it is believed without a word from it; at least a second
     * @throws IllegalArgumentException if that is too short
     */
    public QuotaLeases quotaLeases(Duration life) {
        if (life.compareTo(SHORTEST_LEASE) < 0) {
            throw new IllegalArgumentException("life must be at least 1s, is " + life);
        }
        return new ValkeyQuotaLeases(connections, probe, keys, life);
    }

    /** Begins to listen in the background. Returns at once, whether or not Valkey is there. */
    public void start() {
        probe.start();
        ends.start();
        source.start();
    }

    /** Ends all listening and returns when its threads have ended. May be started again. */
    public void stop() {
        source.stop();
        ends.stop();
        probe.stop();
    }

    /** Whether Valkey, in a cluster each primary, answers, as of no longer than some three seconds ago. Does not block. */
    public boolean isAnswering() {
        return probe.isAnswering();
    }

    /** The primaries of a cluster that do not answer, each as {@code host:port}. Does not block. */
    public List<String> missing() {
        return probe.missing();
    }

    /**
     * Why Valkey refuses writes, and {@code null} if it takes them, as far as is known: from a refusal on until a trial, which is
     * made once a second, is taken. Does not block.
     */
    public @Nullable ValkeyRefusal refusal() {
        return probe.refusal();
    }

    /** Whether all that is listened to can be heard, as far as the driver knows. Does not block. */
    public boolean isListening() {
        return source.isListening() && (!source.isSubscribed() || probe.hasSubscriber());
    }

    public boolean isRunning() {
        return source.isRunning();
    }

    @Override
    public void close() {
        stop();
    }
}
