package dev.jobstream.adapters.redis;

import java.util.Locale;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * How new events come from publishers to the nodes. In a Cluster {@code PUBLISH} goes to every server there is, while sharded
 * {@code SPUBLISH} stays with the primary that has the job's slot, and its replicas. The two do not hear each other.
 */
public enum PubSub {

    /** In a Cluster as {@link #SHARDED}, elsewhere as {@link #CLASSIC}. */
    AUTO,

    /** Publishes and listens by {@code PUBLISH} and {@code SUBSCRIBE} only. */
    CLASSIC,

    /** Publishes by {@code PUBLISH} and listens to both: the step between the other two while nodes are changed over. */
    BOTH,

    /** Publishes by {@code SPUBLISH} and listens to both, as publishers of other programs may use either. */
    SHARDED;

    /**
     * What is to be done where these connections go.
     *
     * @return never {@link #AUTO}
     * @throws IllegalArgumentException if this needs a Cluster, and they do not go to one
     */
    public PubSub at(RedisConnectionFactory connections) {
        return on(connections instanceof LettuceConnectionFactory lettuce && lettuce.isClusterAware());
    }

    PubSub on(boolean cluster) {
        if (this == AUTO) {
            return cluster ? SHARDED : CLASSIC;
        }
        if (this != CLASSIC && !cluster) {
            throw new IllegalArgumentException(
                    "pubsub must be auto or classic where Valkey is no Cluster, is " + name().toLowerCase(Locale.ROOT));
        }
        return this;
    }

    boolean publishesSharded() {
        return this == SHARDED;
    }

    boolean listensSharded() {
        return this == SHARDED || this == BOTH;
    }
}
