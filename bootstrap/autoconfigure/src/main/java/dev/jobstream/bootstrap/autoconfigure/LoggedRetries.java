package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.publishing.RetryObserver;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.TransportUnavailableException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator once for each time that the transport is away what becomes of events; the metrics count. */
final class LoggedRetries implements RetryObserver {

    private static final Logger log = LoggerFactory.getLogger(LoggedRetries.class);

    private final RetryObserver metrics;
    private final Set<Reason> told = EnumSet.noneOf(Reason.class);
    private int dropped;

    LoggedRetries(RetryObserver metrics) {
        this.metrics = metrics;
    }

    @Override
    public void waiting(TransportUnavailableException cause) {
        metrics.waiting(cause);
        log.warn("Events wait in memory to be published: {}", cause.getMessage());
    }

    @Override
    public void waitingEvents(int events) {
        metrics.waitingEvents(events);
    }

    @Override
    public synchronized void recovered() {
        metrics.recovered();
        log.info("No events wait any more to be published; {} were dropped", dropped);
        told.clear();
        dropped = 0;
    }

    @Override
    public synchronized void dropped(JobId job, int events, Reason reason, @Nullable RuntimeException cause) {
        metrics.dropped(job, events, reason, cause);
        dropped += events;
        if (told.add(reason)) {
            log.warn("Events will not be published, the first are {} of job {}: {}", events, job, why(reason, cause));
        }
    }

    private static String why(Reason reason, @Nullable RuntimeException cause) {
        return switch (reason) {
            case OVERFLOW -> "as many wait as jobstream.publish.retry.max-events and max-size allow";
            case SHUTDOWN -> "the application has stopped, and the transport is still away";
            case REFUSED -> String.valueOf(cause);
        };
    }
}
