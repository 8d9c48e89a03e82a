package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.PublicationStreams;
import dev.jobstream.application.Revocations;
import dev.jobstream.application.StreamTicker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Lets the streams live from start to stop. On stop they are ended before the web server begins to wait for open requests,
 * which would otherwise be in vain, and before the transport is stopped.
 */
final class JobstreamLifecycle implements SmartLifecycle {

    /** Above the phase of the web server's graceful shutdown, {@code DEFAULT_PHASE - 1024}: stopped before it. */
    static final int PHASE = DEFAULT_PHASE - 512;

    private static final Logger log = LoggerFactory.getLogger(JobstreamLifecycle.class);

    private final JobEventStreams streams;
    private final PublicationStreams publications;
    private final Revocations revocations;
    private final Duration heartbeat;
    private final Duration drain;
    private volatile @Nullable StreamTicker ticker;

    JobstreamLifecycle(
            JobEventStreams streams,
            PublicationStreams publications,
            Revocations revocations,
            Duration heartbeat,
            Duration drain) {
        this.streams = streams;
        this.publications = publications;
        this.revocations = revocations;
        this.heartbeat = heartbeat;
        this.drain = drain;
    }

    @Override
    public void start() {
        streams.resume();
        streams.follow(revocations);
        publications.follow(revocations);
        ticker = StreamTicker.start(streams, publications, revocations, heartbeat);
    }

    @Override
    public void stop() {
        try {
            CompletableFuture<Void> drained = streams.shutDown();
            publications.shutDown(); // The web server waits for their answers.
            drained.get(drain.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.warn("{} streams had not taken their end within {} and are cut off", streams.openStreams(), drain);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            StreamTicker ending = ticker;
            ticker = null;
            if (ending != null) {
                ending.close();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return ticker != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
