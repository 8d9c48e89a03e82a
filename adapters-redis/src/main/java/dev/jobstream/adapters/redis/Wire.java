package dev.jobstream.adapters.redis;

import java.util.EnumSet;
import java.util.Set;

/** One of the ways that a channel's messages come. They do not hear each other, so each has a subscription of its own. */
enum Wire {
    CLASSIC,
    SHARDED;

    /** Those that a channel needs. */
    static Set<Wire> of(PubSub pubSub) {
        return pubSub.listensSharded() ? EnumSet.allOf(Wire.class) : EnumSet.of(CLASSIC);
    }
}
