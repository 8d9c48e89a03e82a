package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.memory.InMemoryTransport;

/**
 * The memory of this process as the transport. Its two sides, {@code jobstreamEventSource} and {@code jobstreamEventPublisher}, are
 * beans of their own, so that a host can decorate either.
 *
 * @param journals both sides in one
 */
public record MemoryTransport(InMemoryTransport journals) {}
