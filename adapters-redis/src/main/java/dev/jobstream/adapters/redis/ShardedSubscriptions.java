package dev.jobstream.adapters.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The subscriptions to channels by sharded Pub/Sub: each at the primary that has the channel's slot, over one connection to each
 * primary. They keep themselves up, each for itself, however long a slot has no primary; no call here fails or waits for Valkey.
 *
 * <p>One thread owns everything, and hears of everything by {@code signs}, in order. It compares where a channel is subscribed
 * with where its slot is by the driver's view of the cluster. That a subscription is lost is told by the server where a slot is
 * moved or a failover is planned, and by the connection where a server dies; a look once a second finds what nobody tells. The
 * driver's view is then of yesterday, so that it is refreshed before the channel is subscribed again.
 *
 * <p>An acknowledgement is told to the listeners at once, on the driver's thread, so that it comes before the messages behind it.
 * A loss is noted here, before the channel is subscribed again, so that it comes before the acknowledgement of that. In between a
 * listener may take a lost subscription for a good one, but not for long, and it hears {@code onConnected} in the end.
 */
final class ShardedSubscriptions {

    private static final Logger log = LoggerFactory.getLogger(ShardedSubscriptions.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LettuceConnectionFactory connections;
    private final ChannelMessages messages;
    private final long answerWithinNanos;
    private final BlockingQueue<Runnable> signs = new LinkedBlockingQueue<>();
    private volatile boolean standing = true;
    private @Nullable Thread owner;

    // The owner's own.
    private final ShardPlaces places;
    private @Nullable RedisClient client;
    /** Something may be to be subscribed. */
    private boolean due;
    /** The view of the cluster is to be refreshed, or is being so. */
    private boolean doubtful;

    private boolean refreshing;
    private long refreshAt = System.nanoTime();
    private long pause = FIRST_PAUSE_NANOS;
    private String lastFailure = "their slots have no primary";

    /** @param answerWithin how long a channel may wait for its shard before that is a complaint */
    ShardedSubscriptions(LettuceConnectionFactory connections, ChannelMessages messages, Duration answerWithin) {
        this.connections = connections;
        this.messages = messages;
        this.answerWithinNanos = answerWithin.toNanos();
        this.places = new ShardPlaces(messages, this::open);
    }

    /** Whether no channel has waited long for its shard. */
    boolean isStanding() {
        return standing;
    }

    synchronized void start() {
        signs.clear();
        Thread thread = new Thread(this::keepSubscribed, "jobstream-shards");
        thread.setDaemon(true);
        owner = thread;
        thread.start();
    }

    /** Ends all subscriptions, and returns when its thread has ended. */
    synchronized void stop() {
        Thread thread = owner;
        if (thread == null) {
            return;
        }
        owner = null;
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(answerWithinNanos));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Channels that are wanted from now on, and others that are not any more. */
    void change(Collection<String> added, Collection<String> removed) {
        List<String> in = List.copyOf(added);
        List<String> out = List.copyOf(removed);
        sign(() -> {
            out.forEach(places::leave);
            in.forEach(places::want);
        });
    }

    /** Just these are wanted. Of those that are acknowledged already, that is told again. */
    void follow(Set<String> names) {
        sign(() -> {
            places.leaveAllBut(names);
            names.forEach(places::want);
            places.tellAcknowledged();
        });
    }

    /** Subscribes to them again where their slots are now. */
    void renew(Set<String> names) {
        sign(() -> names.forEach(places::renew));
    }

    /** The same over connections made anew, which all the channels on them share. */
    void reconnect(Set<String> names) {
        sign(() -> names.forEach(places::reconnect));
    }

    /** Leaves something for the owner to do, after which it subscribes what is missing. */
    private void sign(Runnable change) {
        signs.add(() -> {
            change.run();
            due = true;
        });
    }

    private void keepSubscribed() {
        try {
            long lookAt = System.nanoTime();
            while (!Thread.currentThread().isInterrupted()) {
                long until = doubtful && !refreshing && refreshAt - lookAt < 0 ? refreshAt : lookAt;
                @Nullable Runnable sign = signs.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                for (; sign != null; sign = signs.poll()) {
                    sign.run();
                }
                boolean look = System.nanoTime() - lookAt >= 0;
                attempt(look);
                if (look) {
                    lookAt = System.nanoTime() + LOOK_NANOS;
                    complain();
                }
            }
        } catch (InterruptedException e) {
            // stop() asked for it
        } finally {
            close();
        }
    }

    private void attempt(boolean look) {
        if (places.size() == 0) {
            doubtful = false;
            return;
        }
        try {
            RedisClusterClient cluster = cluster();
            if (look) {
                places.compareWith(cluster.getPartitions(), answerWithinNanos);
            }
            if (due || look) {
                due = false;
                places.subscribeMissing(cluster.getPartitions());
            }
            doubtful |= places.takeDoubt();
            if (doubtful && !refreshing && System.nanoTime() - refreshAt >= 0) {
                refresh(cluster);
            }
        } catch (RuntimeException e) {
            lastFailure = ValkeyErrors.rootMessage(e);
            refreshAt = System.nanoTime() + LONGEST_PAUSE_NANOS;
        }
    }

    private void refresh(RedisClusterClient cluster) {
        doubtful = false;
        refreshing = true;
        refreshAt = System.nanoTime() + pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        var unused = cluster.refreshPartitionsAsync()
                .whenComplete((done, failure) -> sign(() -> {
                    refreshing = false;
                    places.viewIsFresh();
                }));
    }

    private RedisClusterClient cluster() {
        return (RedisClusterClient) connections.getRequiredNativeClient();
    }

    private ShardConnection open(RedisClusterNode primary) {
        RedisClient made = client;
        if (made == null) {
            RedisClusterClient cluster = cluster();
            made = RedisClient.create(cluster.getResources());
            // The driver would subscribe again to the channels of all slots in one command, which is refused.
            ClientOptions options =
                    cluster.getOptions().mutate().autoReconnect(false).build();
            made.setOptions(options);
            client = made;
        }
        return ShardConnection.open(made, primary, new Told());
    }

    private void complain() {
        List<String> late = places.missingFor(answerWithinNanos);
        if (standing && !late.isEmpty()) {
            log.warn(
                    "{} of {} channels cannot be listened to at their shards, trying again, for example {}: {}",
                    late.size(),
                    places.size(),
                    late.get(0),
                    lastFailure);
        } else if (!standing && late.isEmpty()) {
            log.info("All {} channels can be listened to at their shards again", places.size());
        }
        standing = late.isEmpty();
    }

    private void close() {
        places.close();
        RedisClient made = client;
        client = null;
        if (made != null) {
            var unused = made.shutdownAsync(0, 0, TimeUnit.SECONDS);
        }
        standing = true;
        doubtful = false;
        refreshing = false;
        pause = FIRST_PAUSE_NANOS;
    }

    /** What the driver's threads tell. */
    private final class Told implements ShardConnection.Signs {

        @Override
        public void opened(ShardConnection shard) {
            sign(() -> {});
        }

        @Override
        public void acknowledged(ShardConnection shard, String channel) {
            messages.acknowledged(channel, Wire.SHARDED);
            signs.add(() -> {
                places.acknowledge(shard, channel);
                if (places.isWhole()) {
                    pause = FIRST_PAUSE_NANOS;
                }
            });
        }

        @Override
        public void message(String channel, byte[] body) {
            messages.heard(channel, body);
        }

        @Override
        public void unsubscribed(ShardConnection shard, String channel) {
            sign(() -> places.unsubscribed(shard, channel));
        }

        @Override
        public void refused(ShardConnection shard, String channel, Throwable why) {
            sign(() -> {
                lastFailure = ValkeyErrors.rootMessage(why);
                places.refused(shard, channel);
            });
        }

        @Override
        public void lost(ShardConnection shard, @Nullable Throwable why) {
            sign(() -> {
                lastFailure = why == null ? "the connection is lost" : ValkeyErrors.rootMessage(why);
                places.lose(shard);
            });
        }
    }
}
