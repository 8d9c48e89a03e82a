package dev.jobstream.adapters.redis;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which channel is subscribed over which connection, of those that are wanted. Only {@link ShardedSubscriptions}' thread comes here. */
final class ShardPlaces {

    private final Map<String, Place> places = new HashMap<>();
    /** Those of the places that are not acknowledged. */
    private final Map<String, Place> missing = new HashMap<>();

    private final Map<String, ShardConnection> shards = new HashMap<>();
    private final ChannelMessages messages;
    private final Function<RedisClusterNode, ShardConnection> opener;
    private boolean doubtful;

    /** Where a channel is subscribed. */
    private static final class Place {
        final int slot;

        @Nullable
        ShardConnection at;

        boolean acknowledged;
        /** It was lost, and the view of the cluster is older than that. */
        boolean awaitsView;

        long missingSince = System.nanoTime();
        long askedAt;

        Place(String name) {
            slot = SlotHash.getSlot(name);
        }

        boolean isAt(ShardConnection shard) {
            return Objects.equals(at, shard);
        }
    }

    /** @param opener begins to connect to a primary */
    ShardPlaces(ChannelMessages messages, Function<RedisClusterNode, ShardConnection> opener) {
        this.messages = messages;
        this.opener = opener;
    }

    void want(String name) {
        if (!places.containsKey(name)) {
            Place place = new Place(name);
            places.put(name, place);
            missing.put(name, place);
        }
    }

    void leave(String name) {
        Place place = places.remove(name);
        if (place != null) {
            missing.remove(name);
            unsubscribe(name, place);
        }
    }

    void leaveAllBut(Set<String> names) {
        List.copyOf(places.keySet()).stream()
                .filter(name -> !names.contains(name))
                .forEach(this::leave);
    }

    /** Tells the listeners once more what is acknowledged. */
    void tellAcknowledged() {
        places.forEach((name, place) -> {
            if (place.acknowledged) {
                messages.acknowledged(name, Wire.SHARDED);
            }
        });
    }

    /** Gives up its subscription, which may be dead. */
    void renew(String name) {
        Place place = places.get(name);
        if (place != null) {
            unsubscribe(name, place);
            lose(name, place);
        }
    }

    /** Gives up its connection. */
    void reconnect(String name) {
        Place place = places.get(name);
        ShardConnection shard = place == null ? null : place.at;
        if (shard != null) {
            lose(shard);
        }
    }

    void acknowledge(ShardConnection shard, String name) {
        Place place = places.get(name);
        if (place != null && place.isAt(shard)) {
            place.acknowledged = true;
            missing.remove(name);
        }
    }

    /** The server has ended it. Where it is not acknowledged, it has been asked for once more since. */
    void unsubscribed(ShardConnection shard, String name) {
        Place place = places.get(name);
        if (place != null && place.isAt(shard) && place.acknowledged) {
            lose(name, place);
        }
    }

    void refused(ShardConnection shard, String name) {
        Place place = places.get(name);
        if (place != null && place.isAt(shard) && !place.acknowledged) {
            lose(name, place);
        }
    }

    /** A connection is of no use any more. */
    void lose(ShardConnection shard) {
        shards.remove(shard.node(), shard);
        shard.close();
        doubtful = true;
        places.forEach((name, place) -> {
            if (place.isAt(shard)) {
                lose(name, place);
            }
        });
    }

    private void lose(String name, Place place) {
        if (place.acknowledged) {
            messages.cut(name, Wire.SHARDED);
            place.acknowledged = false;
            place.missingSince = System.nanoTime();
        }
        place.at = null;
        place.awaitsView = true;
        missing.put(name, place);
        doubtful = true;
    }

    private static void unsubscribe(String name, Place place) {
        ShardConnection shard = place.at;
        if (shard != null) {
            shard.unsubscribe(name);
        }
    }

    /** Whether something has happened that the view of the cluster did not foretell, since this was asked last. */
    boolean takeDoubt() {
        boolean doubt = doubtful;
        doubtful = false;
        return doubt;
    }

    /** The view of the cluster is newer than what was lost. */
    void viewIsFresh() {
        missing.values().forEach(place -> place.awaitsView = false);
    }

    /**
     * Finds what is elsewhere by now, though nobody has told, and closes the connections to those that are no primaries.
     *
     * @param answerWithin the nanoseconds after which an acknowledgement does not come any more
     */
    void compareWith(Partitions view, long answerWithin) {
        long now = System.nanoTime();
        missing.forEach((name, place) -> {
            if (place.at != null && now - place.askedAt > answerWithin) {
                lose(name, place);
            }
        });
        places.forEach((name, place) -> {
            RedisClusterNode primary = view.getMasterBySlot(place.slot);
            ShardConnection shard = place.at;
            if (shard != null && primary != null && !shard.node().equals(primary.getNodeId())) {
                unsubscribe(name, place);
                lose(name, place);
                place.awaitsView = false;
            }
        });
        Iterator<ShardConnection> open = shards.values().iterator();
        while (open.hasNext()) {
            ShardConnection shard = open.next();
            RedisClusterNode node = view.getPartitionByNodeId(shard.node());
            if (node == null || node.getSlots().isEmpty()) {
                open.remove();
                shard.close();
            }
        }
    }

    /** Subscribes all that is missing where its slot is, and is neither under way nor waits for a connection or a fresh view. */
    void subscribeMissing(Partitions view) {
        missing.forEach((name, place) -> {
            if (place.at != null || place.awaitsView) {
                return;
            }
            RedisClusterNode primary = view.getMasterBySlot(place.slot);
            if (primary == null) {
                doubtful = true;
                return;
            }
            ShardConnection shard = shards.computeIfAbsent(primary.getNodeId(), id -> opener.apply(primary));
            if (shard.isOpen()) {
                place.at = shard;
                place.askedAt = System.nanoTime();
                shard.subscribe(name);
            }
        });
    }

    /** How many there are. */
    int size() {
        return places.size();
    }

    boolean isWhole() {
        return missing.isEmpty();
    }

    /** Those that have been missing for longer than this. */
    List<String> missingFor(long nanos) {
        long now = System.nanoTime();
        return missing.entrySet().stream()
                .filter(entry -> now - entry.getValue().missingSince > nanos)
                .map(Map.Entry::getKey)
                .toList();
    }

    void close() {
        shards.values().forEach(ShardConnection::close);
        shards.clear();
        places.clear();
        missing.clear();
        doubtful = false;
    }
}
