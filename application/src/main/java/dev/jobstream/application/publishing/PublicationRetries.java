package dev.jobstream.application.publishing;

import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.publishing.RetryObserver.Reason;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait in memory for a transport that is away, and are then published in the order in which each job's came. They
 * are bounded: what is beyond is dropped, and told. They are lost with the process. Safe for use by many threads.
 *
 * <p>A publication without a key is given one, so that an attempt whose answer was lost is not published again. A transport
 * that remembers no keys may publish it twice.
 *
 * <p><b>Order.</b> A publication stays at the head of its job until it has left, and whoever comes meanwhile goes behind it.
 * Only who finds none of the job asks the transport directly. Jobs do not wait for each other: of a cluster, one server
 * may be away.
 */
public final class PublicationRetries {

    private final EventPublisher publisher;
    private final RetryLimits limits;
    private final RetryObserver observer;
    private final Executor thread;
    private final StreamClock clock;

    /** Held while all jobs are tried, so that no head is sent twice at a time. Never taken with {@link #lock} held. */
    private final Object turn = new Object();

    private final Object lock = new Object();
    private final Map<JobId, Deque<Publication>> waiting = new LinkedHashMap<>();
    private int events;
    private long bytes;
    private boolean scheduled;
    private volatile boolean stopped;

    /**
     * @param publisher where events go
     * @param limits how much waits
     * @param observer learns what becomes of it
     * @param thread tries again, and is blocked by each attempt for as long as the transport takes to answer
     * @param clock what time it is
     */
    public PublicationRetries(
            EventPublisher publisher, RetryLimits limits, RetryObserver observer, Executor thread, StreamClock clock) {
        this.publisher = publisher;
        this.limits = limits;
        this.observer = observer;
        this.thread = thread;
        this.clock = clock;
    }

    /** The events that wait. */
    public int waitingEvents() {
        synchronized (lock) {
            return events;
        }
    }

    /**
     * Publishes, now or later. Blocks while the transport answers, unless others of the job wait already.
     *
     * @throws TransportUnavailableException if the transport is away and the application has stopped
     * @throws RuntimeException if the transport has answered and does not take it
     */
    void publish(Publication publication) {
        Publication repeatable = publication.repeatable();
        if (goesBehindOthers(repeatable)) {
            return;
        }
        try {
            repeatable.sendTo(publisher);
        } catch (TransportUnavailableException e) {
            keep(repeatable, e);
        }
    }

    private boolean goesBehindOthers(Publication publication) {
        boolean kept;
        synchronized (lock) {
            if (!waiting.containsKey(publication.job())) {
                return false;
            }
            kept = add(publication);
        }
        tellIfDropped(kept, publication);
        return true;
    }

    private void keep(Publication publication, TransportUnavailableException cause) {
        boolean kept;
        boolean first;
        synchronized (lock) {
            if (stopped) {
                throw cause;
            }
            kept = add(publication);
            first = kept && !scheduled;
            scheduled |= kept;
        }
        tellIfDropped(kept, publication);
        if (first) {
            observer.waiting(cause);
            schedule(limits.firstDelay());
        }
    }

    private boolean add(Publication publication) {
        int more = publication.events().size();
        if (more > limits.maxEvents() - events || publication.bytes() > limits.maxBytes() - bytes) {
            return false;
        }
        changed(more, publication.bytes());
        waiting.computeIfAbsent(publication.job(), job -> new ArrayDeque<>()).add(publication);
        return true;
    }

    /** Under the lock, so that the observer hears the numbers in their order. */
    private void changed(int moreEvents, long moreBytes) {
        events += moreEvents;
        bytes += moreBytes;
        observer.waitingEvents(events);
    }

    private void tellIfDropped(boolean kept, Publication publication) {
        if (!kept) {
            dropped(publication, Reason.OVERFLOW, null);
        }
    }

    private void dropped(Publication publication, Reason reason, @Nullable RuntimeException cause) {
        observer.dropped(publication.job(), publication.events().size(), reason, cause);
    }

    private void schedule(Duration delay) {
        clock.after(delay.toNanos(), thread, () -> retry(delay));
    }

    private void retry(Duration delay) {
        boolean progress;
        synchronized (turn) {
            progress = tryAll(() -> stopped);
        }
        boolean again;
        synchronized (lock) {
            again = !waiting.isEmpty() && !stopped;
            scheduled = again;
        }
        if (again) {
            Duration doubled = delay.multipliedBy(2);
            Duration longer = doubled.compareTo(limits.maxDelay()) < 0 ? doubled : limits.maxDelay();
            schedule(progress ? limits.firstDelay() : longer);
        } else if (!stopped) {
            observer.recovered();
        }
    }

    /** Whether something was published. */
    private boolean tryAll(BooleanSupplier isOver) {
        List<JobId> jobs;
        synchronized (lock) {
            jobs = List.copyOf(waiting.keySet());
        }
        boolean progress = false;
        for (JobId job : jobs) {
            Publication head = head(job);
            while (head != null && !isOver.getAsBoolean() && hasLeft(head)) {
                progress = true;
                head = next(head);
            }
        }
        return progress;
    }

    /** Whether it needs not be tried again. */
    private boolean hasLeft(Publication publication) {
        try {
            publication.sendTo(publisher);
        } catch (TransportUnavailableException e) {
            return false;
        } catch (RuntimeException e) {
            dropped(publication, Reason.REFUSED, e);
        }
        return true;
    }

    private @Nullable Publication head(JobId job) {
        synchronized (lock) {
            Deque<Publication> line = waiting.get(job);
            return line == null ? null : line.peek();
        }
    }

    /** Takes the head off its line; the next, if there is one. */
    private @Nullable Publication next(Publication head) {
        synchronized (lock) {
            Deque<Publication> line = waiting.getOrDefault(head.job(), new ArrayDeque<>());
            line.poll();
            changed(-head.events().size(), -head.bytes());
            if (line.isEmpty()) {
                waiting.remove(head.job());
            }
            return line.peek();
        }
    }

    /**
     * Tries for a while to publish what waits, and drops the rest. From now on nothing waits any more.
     *
     * @param patience how long; an attempt that is under way then is waited for
     */
    public void shutDown(Duration patience) throws InterruptedException {
        long begin = clock.nanos();
        BooleanSupplier isOver = () -> clock.nanos() - begin > patience.toNanos();
        stopped = true;
        try {
            synchronized (turn) {
                tryAll(isOver);
                while (waitingEvents() > 0 && !isOver.getAsBoolean()) {
                    turn.wait(limits.firstDelay().toMillis());
                    tryAll(isOver);
                }
            }
        } finally {
            dropAll();
        }
    }

    private void dropAll() {
        List<Publication> rest = new ArrayList<>();
        synchronized (lock) {
            waiting.values().forEach(rest::addAll);
            waiting.clear();
            changed(-events, -bytes);
        }
        rest.forEach(publication -> dropped(publication, Reason.SHUTDOWN, null));
    }

    /** Lets events wait again after a {@link #shutDown}. */
    public void resume() {
        stopped = false;
    }
}
