package dev.jobstream.application.quota;

import dev.jobstream.application.feed.Failures;
import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the other nodes. One thread reports, one report after the other; what comes up meanwhile goes into the next one, so
 * that many opens at once cost few reports, and no two reports of a node can overtake each other.
 *
 * <p><b>Nobody waits long, and not many do.</b> Who wishes waits for {@link #PATIENCE} at most. The first who waits in vain, or
 * a report that fails, makes this node alone: nobody waits from then on, and this node's own part of the count decides, until
 * a report succeeds. When {@link #MOST_WAITING} wait, it decides for those who come besides. So a slow Valkey leaves threads
 * for everything else.
 */
final class SharedPlaces implements AutoCloseable {

    /** What a call may take. A machine that is busy takes its time, which is no reason to give more than there is. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Half of the threads that Jetty and Tomcat have. */
    static final int MOST_WAITING = 100;

    /** As many as the thread takes along at a time: the others' work waits for one report. */
    static final int MOST_WISHES = 100;

    static final int MOST_KEYS = 1_000;

    private static final Duration RETRY = Duration.ofMillis(200);
    private static final Duration LAST_REPORT = Duration.ofSeconds(3);
    /** So that one report can be lost, and the next comes in time. */
    private static final int REPORTS_A_LIFE = 3;

    private final Held held;
    private final QuotaLeases leases;
    private final Duration patience;
    private final LongSupplier nanos;
    private final long renewal;
    private final Queue<Wish> wishes = new ConcurrentLinkedQueue<>();
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private volatile boolean alone = true;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    SharedPlaces(Held held, QuotaLeases leases, Duration patience, LongSupplier nanos) {
        this.held = held;
        this.leases = leases;
        this.patience = patience;
        this.nanos = nanos;
        this.renewal = leases.life().toNanos() / REPORTS_A_LIFE;
    }

    synchronized void start() {
        if (thread == null && !closed) {
            Thread reporting = new Thread(this::reportOnAndOn, "jobstream-quotas");
            reporting.setDaemon(true);
            reporting.setContextClassLoader(SharedPlaces.class.getClassLoader());
            thread = reporting;
            reporting.start();
        }
    }

    boolean isAlone() {
        return alone;
    }

    /** The answer to a wish whose place is reserved. */
    int ask(Wish wish) {
        if (!alone && waiting.tryAcquire()) {
            try {
                wishes.add(wish);
                nudge();
                return wish.answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                alone = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } finally {
                waiting.release();
            }
        }
        return held.settle(wish, QuotaLeases.GRANTED, false);
    }

    /** How many wait for an answer. */
    int waiting() {
        return MOST_WAITING - waiting.availablePermits();
    }

    /** There is something to report. */
    void nudge() {
        Thread reporting = thread;
        if (!alone && reporting != null) {
            LockSupport.unpark(reporting);
        }
    }

    private void reportOnAndOn() {
        long last = nanos.getAsLong() - renewal;
        while (!closed) {
            long left = last + (alone ? RETRY.toNanos() : renewal) - nanos.getAsLong();
            if (left > 0 && (alone || (wishes.isEmpty() && !held.hasUntold()))) {
                LockSupport.parkNanos(this, left);
            } else {
                report();
                last = nanos.getAsLong();
            }
        }
    }

    /** Reports once, and answers the wishes that it has taken along. */
    private void report() {
        List<Wish> batch = nextWishes();
        Optional<List<Integer>> answers = Optional.empty();
        try {
            answers = tell(batch);
            if (answers.isEmpty()) {
                held.forgetWhatWasTold();
                answers = tell(batch);
            }
        } catch (TransportUnavailableException e) {
            // As if there were no answer.
        } catch (RuntimeException | Error e) {
            Failures.report(e);
        }
        if (answers.isEmpty()) {
            held.forgetWhatWasTold();
            alone = true;
            batch.forEach(this::grantAlone);
            grantTheRestAlone();
            return;
        }
        alone = false;
        for (int i = 0; i < batch.size(); i++) {
            Wish wish = batch.get(i);
            wish.answer.complete(held.settle(wish, answers.get().get(i), true));
        }
    }

    private Optional<List<Integer>> tell(List<Wish> batch) {
        Held.Report report = held.report(MOST_KEYS, batch);
        return leases.report(
                report.whole(),
                report.held(),
                batch.stream().map(wish -> wish.limits).toList());
    }

    private List<Wish> nextWishes() {
        List<Wish> batch = new ArrayList<>();
        while (batch.size() < MOST_WISHES) {
            Wish wish = wishes.poll();
            if (wish == null) {
                break;
            }
            if (!held.isSettled(wish)) { // Else who wished for it has waited for long enough.
                batch.add(wish);
            }
        }
        return batch;
    }

    private void grantAlone(Wish wish) {
        wish.answer.complete(held.settle(wish, QuotaLeases.GRANTED, false));
    }

    private void grantTheRestAlone() {
        for (Wish wish = wishes.poll(); wish != null; wish = wishes.poll()) {
            grantAlone(wish);
        }
    }

    @Override
    public synchronized void close() {
        Thread reporting = thread;
        closed = true;
        thread = null;
        if (reporting == null) {
            return;
        }
        LockSupport.unpark(reporting);
        try {
            reporting.join(LAST_REPORT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean wasAlone = alone;
        alone = true;
        grantTheRestAlone();
        if (!wasAlone) {
            try {
                leases.end();
            } catch (TransportUnavailableException e) {
                // It ends by itself.
            }
        }
    }
}
