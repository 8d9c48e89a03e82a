package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource.Subscription;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The subscriptions to the channels that somebody listens to.
 *
 * <p>One owner thread takes the {@link ChannelRequests}, and tells the container in one call for all new channels and one
 * for all that nobody listens to any more. It is also the only one to stop the container and start it again, the one remedy
 * for everything that goes wrong with a subscription: after it the channels wanted then are subscribed, all acknowledged.
 *
 * <p>A connection that breaks while all is subscribed is none of its business: the driver connects and subscribes again,
 * and each acknowledgement is told as {@code onConnected}.
 *
 * <p>With sharded Pub/Sub a second subscription to each channel stands beside, which keeps itself up ({@link
 * ShardedSubscriptions}): what goes wrong with one of them leaves the other in peace.
 *
 * <p>A subscription that was lost without a word is found out by its listener, who asks for it to be replaced. The channel is
 * unsubscribed and subscribed again, which disturbs no other; if nothing has come over it when it is found dead once more, it
 * is not the subscription but the connection, and that calls for the one remedy.
 */
final class ChannelSubscriptions {

    private static final Logger log = LoggerFactory.getLogger(ChannelSubscriptions.class);
    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SLOWEST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ChannelRequests requests;
    private final ListenerContainer container;
    private final @Nullable ShardedSubscriptions sharded;
    private final Duration answerWithin;
    private volatile boolean running;
    private @Nullable Thread owner;

    // The owner's own.
    private final Set<String> subscribed = new HashSet<>();
    private volatile boolean standing;
    private volatile boolean acknowledged;
    /** The causes that were logged since it last stood. */
    private final Set<String> complaints = new HashSet<>();

    private long retryAt;
    private long pause = FIRST_RETRY_NANOS;

    ChannelSubscriptions(
            RedisConnectionFactory connections,
            Installation installation,
            LiveOnlyEnds ends,
            SkippedMessages problems,
            Duration answerWithin) {
        this.requests = new ChannelRequests(installation, problems);
        this.answerWithin = answerWithin;
        ChannelMessages messages = new ChannelMessages(requests.channels(), installation, ends, problems);
        this.container = new ListenerContainer(connections, messages, answerWithin);
        this.sharded = installation.pubSub().listensSharded() && connections instanceof LettuceConnectionFactory cluster
                ? new ShardedSubscriptions(cluster, messages, answerWithin)
                : null;
    }

    Subscription listen(JobId job, EventListener listener) {
        return requests.listen(job, listener);
    }

    /** Whether the container is up and no call to it has failed since, and no channel waits long for its shard. */
    boolean isStanding() {
        ShardedSubscriptions shards = sharded;
        return standing && (shards == null || shards.isStanding());
    }

    /** Whether any channel is subscribed and acknowledged. */
    boolean isSubscribed() {
        return acknowledged;
    }

    boolean isRunning() {
        return running;
    }

    synchronized void start() {
        if (running) {
            return;
        }
        running = true;
        Thread thread = new Thread(this::keepSubscribed, "jobstream-subscriptions");
        thread.setDaemon(true);
        owner = thread;
        thread.start();
    }

    synchronized void stop() {
        Thread thread = owner;
        if (!running || thread == null) {
            return;
        }
        running = false;
        thread.interrupt();
        try {
            thread.join(2 * answerWithin.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        owner = null;
    }

    private void keepSubscribed() {
        retryAt = System.nanoTime();
        sharded(ShardedSubscriptions::start);
        try {
            while (running) {
                Set<String> touched = requests.take(standing ? Long.MAX_VALUE : retryAt - System.nanoTime());
                if (standing) {
                    attempt(() -> follow(touched));
                } else if (System.nanoTime() - retryAt >= 0) {
                    attempt(this::restart);
                }
            }
        } catch (InterruptedException e) {
            // stop() asked for it
        } finally {
            close();
        }
    }

    private void follow(Set<String> touched) throws InterruptedException {
        Map<String, JobChannel> channels = requests.channels();
        Set<String> added = new HashSet<>(touched);
        added.removeIf(name -> !channels.containsKey(name) || subscribed.contains(name));
        Set<String> removed = new HashSet<>(touched);
        removed.removeIf(name -> channels.containsKey(name) || !subscribed.contains(name));
        subscribed.addAll(added);
        subscribed.removeAll(removed);
        if (subscribed.isEmpty()) {
            acknowledged = false;
        }
        sharded(shards -> shards.change(added, removed));
        if (!added.isEmpty()) {
            container.add(added);
            acknowledged = true;
        }
        if (!removed.isEmpty()) {
            container.remove(removed);
        }
        Set<String> dead = requests.dead();
        if (!dead.isEmpty()) {
            replace(Set.copyOf(dead));
        }
    }

    private void replace(Set<String> names) throws InterruptedException {
        Map<String, JobChannel> channels = requests.channels();
        boolean inVain = false;
        for (String name : names) {
            JobChannel channel = channels.get(name);
            inVain |= channel != null && channel.isReplacedInVain();
        }
        log.warn(
                "Events are in the journal that were not heard over {} of {} channels, for example {}: {}",
                names.size(),
                channels.size(),
                names.iterator().next(),
                inVain ? "connecting again" : "subscribing again");
        if (inVain) {
            sharded(shards -> shards.reconnect(names));
            restart();
        } else {
            requests.dead().clear();
            sharded(shards -> shards.renew(names));
            container.remove(names);
            container.add(names);
        }
    }

    private void restart() throws InterruptedException {
        requests.channels().values().forEach(JobChannel::cut);
        requests.dead().clear();
        subscribed.clear();
        subscribed.addAll(requests.channels().keySet());
        acknowledged = false;
        sharded(shards -> shards.follow(Set.copyOf(subscribed)));
        container.restart(Set.copyOf(subscribed));
        acknowledged = !subscribed.isEmpty();
        standing = true;
        pause = FIRST_RETRY_NANOS;
        if (!complaints.isEmpty()) {
            complaints.clear();
            log.info("Valkey can be listened to again, {} channels", subscribed.size());
        }
    }

    private void attempt(Call call) throws InterruptedException {
        try {
            call.run();
        } catch (RuntimeException e) {
            standing = false;
            retryAt = System.nanoTime() + pause;
            pause = Math.min(2 * pause, SLOWEST_RETRY_NANOS);
            if (complaints.add(ValkeyErrors.kindOf(e))) {
                log.warn("Valkey cannot be listened to, trying again: {}", ValkeyErrors.rootMessage(e));
            }
        }
    }

    private void close() {
        standing = false;
        acknowledged = false;
        requests.channels().values().forEach(JobChannel::cut);
        sharded(ShardedSubscriptions::stop);
        try {
            container.close();
        } catch (RuntimeException e) {
            log.debug("The listener container did not stop cleanly", e);
        }
    }

    private void sharded(Consumer<ShardedSubscriptions> call) {
        ShardedSubscriptions shards = sharded;
        if (shards != null) {
            call.accept(shards);
        }
    }

    private interface Call {
        void run() throws InterruptedException;
    }
}
