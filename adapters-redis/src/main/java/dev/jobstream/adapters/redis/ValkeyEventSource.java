package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.time.Duration;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * A job's past and future in Valkey: the Stream is read on the caller's thread, and the wire is one connection that
 * carries the channels of all jobs.
 *
 * <p>Between {@link #start} and {@link #stop} the wire is kept standing: it is built up in the background, however long
 * Valkey is away. What is listened to before is heard once it has started. May be started again.
 */
public final class ValkeyEventSource implements EventSource, AutoCloseable {

    private final JournalReader journal;
    private final Wire wire;

    /**
     * @param connections made by Lettuce, as its Pub/Sub does not need a thread that waits
     * @param ends takes the ends that come over the wire and are in no journal
     * @param answerWithin how long to wait for Valkey to acknowledge a subscription before the wire is built anew
     */
    ValkeyEventSource(
            RedisConnectionFactory connections,
            ValkeyProbe probe,
            Installation installation,
            StrayEnds ends,
            SkippedMessages skipped,
            Duration answerWithin) {
        this.journal = new JournalReader(connections, probe, installation, skipped);
        this.wire = new Wire(connections, installation, ends, skipped, answerWithin);
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
    public Subscription listen(JobId job, EventListener listener) {
        return wire.listen(job, listener);
    }

    /** Begins to keep the wire standing. Returns at once. */
    public void start() {
        wire.start();
    }

    /** Takes the wire down: no listener hears anything any more. Returns when its threads have ended. */
    public void stop() {
        wire.stop();
    }

    /** Whether the wire stands; a connection that the driver is making again does not count against it. */
    boolean isListening() {
        return wire.isStanding();
    }

    /** Whether there is anything to be heard over the wire. */
    boolean isSubscribed() {
        return wire.isSubscribed();
    }

    public boolean isRunning() {
        return wire.isRunning();
    }

    @Override
    public void close() {
        stop();
    }
}
