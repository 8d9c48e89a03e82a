package dev.jobstream.application.feed;

import dev.jobstream.domain.EventSource;
import java.util.concurrent.Executor;

/**
 * What all feeds of a node share.
 *
 * @param source where events come from
 * @param settings how jobs are followed
 * @param metrics what is counted
 * @param workers threads for what takes long, but never waits
 * @param readers threads that read journals, and wait for them
 * @param time what is spent on delivering events
 * @param clock what time it is
 */
record FeedContext(
        EventSource source,
        FeedSettings settings,
        FeedMetrics metrics,
        Executor workers,
        Executor readers,
        DeliveryTime time,
        StreamClock clock) {}
