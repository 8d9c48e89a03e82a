package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends terminal events that were published past the journal. The first node to do so wins: the job has then ended for
 * everybody, later watchers and publishers included. Watchers get the end from that append, so nobody is told of an end that
 * is not kept.
 *
 * <p>While Valkey cannot take it, it is tried again, for as long as this node runs.
 */
final class LiveOnlyEnds {

    private static final Logger log = LoggerFactory.getLogger(LiveOnlyEnds.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    /** So many jobs are watched on a node and end at once in no other case than an attack. */
    private static final int MOST = 10_000;

    private final EventPublisher publisher;
    private final SkippedMessages skipped;
    private final Map<JobId, JobEvent> ends = new ConcurrentHashMap<>();
    private @Nullable ScheduledExecutorService thread;

    LiveOnlyEnds(EventPublisher publisher, SkippedMessages skipped) {
        this.publisher = publisher;
        this.skipped = skipped;
    }

    /** Begins to append. */
    synchronized void start() {
        if (thread == null) {
            ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1, task -> {
                Thread appending = new Thread(task, "jobstream-ends");
                appending.setDaemon(true);
                return appending;
            });
            started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            thread = started;
        }
    }

    /** Ends; what has not been appended by now is left to other nodes. */
    synchronized void stop() {
        if (thread != null) {
            thread.shutdownNow();
            thread = null;
            ends.clear();
        }
    }

    /** Sees to an end, unless another of the same job waits already. Does not block. */
    void keep(JobId job, JobEvent end) {
        if (ends.size() < MOST && ends.putIfAbsent(job, end) == null) {
            schedule(job, end, Duration.ZERO, FIRST_PAUSE);
        }
    }

    private synchronized void schedule(JobId job, JobEvent end, Duration delay, Duration pause) {
        if (thread != null) {
            try {
                var unused = thread.schedule(() -> append(job, end, pause), delay.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                ends.remove(job);
            }
        }
    }

    private void append(JobId job, JobEvent end, Duration pause) {
        try {
            publisher.publish(job, new NewEvent(end.type(), end.data()));
        } catch (JobEndedException e) {
            // Another node was the first, or the job had ended before.
        } catch (InvalidEventException e) {
            skipped.skipped(TransportProblems.Where.CHANNEL, job.toString(), String.valueOf(e.getMessage()));
        } catch (TransportUnavailableException e) {
            if (pause.equals(FIRST_PAUSE)) {
                log.warn("The end of job {} cannot be kept, trying again: {}", job, ValkeyErrors.rootMessage(e));
            }
            Duration longer = pause.multipliedBy(2);
            schedule(job, end, pause, longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer);
            return;
        }
        ends.remove(job);
    }
}
