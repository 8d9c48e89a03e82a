/** Valkey as the transport: Pub/Sub is the channel, a Stream is the journal, and one Lua script writes both. */
@NullMarked
package dev.jobstream.adapters.redis;

import org.jspecify.annotations.NullMarked;
