package dev.jobstream.application;

import dev.jobstream.application.feed.EventBatch;
import org.jspecify.annotations.Nullable;

/**
 * A page of a job's retained events, and of what is missing among them.
 *
 * @param events {@code null} if there is nothing behind the position that was asked for, and nothing missing
 * @param more whether there are further events behind these
 */
public record EventPage(@Nullable EventBatch events, boolean more) {}
