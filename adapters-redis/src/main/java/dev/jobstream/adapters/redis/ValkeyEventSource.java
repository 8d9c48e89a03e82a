package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.time.Duration;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * A job's past and future in Valkey: the Stream is read on the caller's thread, and one connection carries the
 * channels of all jobs; with sharded Pub/Sub there is one more to each primary.
 *
 * <p>Between {@link #start} and {@link #stop} the channels are kept subscribed in the background, however long
 * Valkey is away. What is listened to before is heard once it has started. May be started again.
 */
public final class ValkeyEventSource implements EventSource, AutoCloseable {

    private final JournalReader journal;
    private final ChannelSubscriptions subscriptions;

    /**
     * @param connections made by Lettuce, as its Pub/Sub does not need a thread that waits
     * @param ends takes the ends that come over a channel and are in no journal
     * @param answerWithin how long to wait for Valkey to acknowledge a subscription before everything is subscribed again
     */
    ValkeyEventSource(
            RedisConnectionFactory connections,
            ValkeyProbe probe,
            Installation installation,
            LiveOnlyEnds ends,
            SkippedMessages skipped,
            Duration answerWithin) {
        this.journal = new JournalReader(connections, probe, installation, skipped);
        this.subscriptions = new ChannelSubscriptions(connections, installation, ends, skipped, answerWithin);
    }

    @Override
    public JournalPage readAfter(JobId job, EventId after, int limit) {
        return journal.readAfter(job, after, limit);
    }

    @Override
    public JournalPage readLast(JobId job, int limit) {
        return journal.readLast(job, limit);
    }

    @Override
    public JournalPage readBefore(JobId job, EventId before, int limit) {
        return journal.readBefore(job, before, limit);
    }

    @Override
    public Subscription listen(JobId job, EventListener listener) {
        return subscriptions.listen(job, listener);
    }

    /** Begins to subscribe. Returns at once. */
    public void start() {
        subscriptions.start();
    }

    /** Unsubscribes: no listener hears anything any more. Returns when its threads have ended. */
    public void stop() {
        subscriptions.stop();
    }

    /** Whether all that is listened to is subscribed; a connection that the driver is making again does not count against it. */
    boolean isListening() {
        return subscriptions.isStanding();
    }

    /** Whether there is anything to be heard over the subscriptions. */
    boolean isSubscribed() {
        return subscriptions.isSubscribed();
    }

    public boolean isRunning() {
        return subscriptions.isRunning();
    }

    @Override
    public void close() {
        stop();
    }
}
