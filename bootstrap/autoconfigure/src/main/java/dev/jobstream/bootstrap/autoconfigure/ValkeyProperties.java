package dev.jobstream.bootstrap.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of Valkey as the transport, besides Spring's own of where it is.
 *
 * @param pubsub How new events come to the nodes: by sharded Pub/Sub in a Valkey Cluster and by classic elsewhere, unless said.
 */
@ConfigurationProperties("jobstream.valkey")
public record ValkeyProperties(@DefaultValue("auto") Pubsub pubsub) {

    /** How new events come to the nodes. */
    public enum Pubsub {
        /** Sharded in a Cluster, classic elsewhere. */
        AUTO,
        /** PUBLISH and SUBSCRIBE only, which in a Cluster go to every server. */
        CLASSIC,
        /** PUBLISH, but both are listened to: while nodes are changed over. A Cluster only. */
        BOTH,
        /** SPUBLISH, and both are listened to. A Cluster only. */
        SHARDED
    }
}
