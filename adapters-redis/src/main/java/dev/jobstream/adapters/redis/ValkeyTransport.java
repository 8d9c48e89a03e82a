package dev.jobstream.adapters.redis;

import dev.jobstream.domain.JournalLimits;
import java.time.Duration;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * The two ports on one Valkey, and their life cycle. Reading and publishing work as long as the connections do; what is
 * listened to is heard between {@link #start} and {@link #stop}.
 */
public final class ValkeyTransport implements AutoCloseable {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

    private final ValkeyEventSource source;
    private final ValkeyEventPublisher publisher;
    private final ValkeyProbe probe;

    /**
     * @param connections made by Lettuce, best with {@link LettuceSettings}; not closed here
     * @param limits of every job's journal; all that write to one Valkey should agree on them
     */
    public ValkeyTransport(RedisConnectionFactory connections, JournalLimits limits, WireProblems problems) {
        this.probe = new ValkeyProbe(connections);
        this.source = new ValkeyEventSource(connections, probe, limits, problems, ANSWER_WITHIN);
        this.publisher = new ValkeyEventPublisher(connections, probe, limits);
    }

    public ValkeyEventSource source() {
        return source;
    }

    public ValkeyEventPublisher publisher() {
        return publisher;
    }

    /** Begins to listen in the background. Returns at once, whether or not Valkey is there. */
    public void start() {
        probe.start();
        source.start();
    }

    /** Ends all listening and returns when its threads have ended. May be started again. */
    public void stop() {
        source.stop();
        probe.stop();
    }

    /** Whether Valkey answers, as of no longer than some three seconds ago. Does not block. */
    public boolean isAnswering() {
        return probe.isAnswering();
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
