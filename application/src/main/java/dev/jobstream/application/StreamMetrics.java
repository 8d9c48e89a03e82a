package dev.jobstream.application;

import dev.jobstream.application.feed.FeedMetrics;

/** What is counted. Called on hot paths by any thread: an implementation must be quick and must not throw. */
public interface StreamMetrics extends FeedMetrics {

    /** Counts nothing. */
    StreamMetrics NONE = new StreamMetrics() {};

    /** A stream was granted. */
    default void streamOpened() {}

    /** A stream was not granted. */
    default void streamRefused(StreamRefusedException.Refusal refusal) {}

    /** Events were not published, because of who asked or when. */
    default void publicationRefused(StreamRefusedException.Refusal refusal) {}

    /** A publisher's stream was granted. */
    default void publicationStreamOpened() {}

    /** A publisher's stream has ended. */
    default void publicationStreamEnded() {}

    /** A page of retained events was not read, because of who asked or when. */
    default void pageRefused(StreamRefusedException.Refusal refusal) {}

    /** A granted stream has ended. */
    default void streamEnded(EndReason reason) {}

    /** Events were written to one client. */
    default void eventsSent(int events) {}

    /** A heartbeat was written to one client. */
    default void heartbeatSent() {}
}
