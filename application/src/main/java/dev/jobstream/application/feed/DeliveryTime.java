package dev.jobstream.application.feed;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * How much of its time a node spends on delivering events, in two respects: how busy its machine is with it, and how much
 * more of it the threads may do that bring events. Those hear of everything else, acknowledged subscriptions among it: where
 * they wrote all they could, those would come late, and be taken for lost. Safe for use by many threads.
 */
final class DeliveryTime {

    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    /** What is said of the machine follows what it does within two of these. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A machine that spends less than this part of its processors' time is at rest. */
    static final double AT_REST = 0.01;

    /** One that spends this part is busy. */
    static final double BUSY = 0.04;

    private final int processors;
    private final StreamClock clock;

    private boolean begun;
    private long periodBegan;
    private long inPeriod;
    private long lookBegan;
    private long inLook;
    private double part;

    DeliveryTime(int processors, StreamClock clock) {
        this.processors = processors;
        this.clock = clock;
    }

    /** Whether a thread that brings events may deliver them itself. */
    synchronized boolean isLeftToBringers(long now) {
        begin(now);
        if (now - periodBegan >= PERIOD_NANOS) {
            periodBegan = now;
            inPeriod = 0;
        }
        return inPeriod < MOST_NANOS;
    }

    private void begin(long now) {
        if (!begun) {
            begun = true;
            periodBegan = now;
            lookBegan = now;
        }
    }

    /** A thread that brings events has delivered some. */
    synchronized void spentByBringer(long nanos) {
        inPeriod += nanos;
        inLook += nanos;
    }

    private synchronized void spent(long nanos) {
        inLook += nanos;
    }

    /** The same threads, whose time is counted. */
    Executor counted(Executor workers) {
        return task -> workers.execute(() -> {
            long begun = clock.nanos();
            try {
                task.run();
            } finally {
                spent(clock.nanos() - begun);
            }
        });
    }

    /** From 0, where the machine is at rest, to 1, where it is busy with deliveries. */
    synchronized double pressure(long now) {
        begin(now);
        long passed = now - lookBegan;
        if (passed >= LOOK_NANOS) {
            double latest = (double) inLook / processors / passed;
            part += Math.min(1, passed / (2.0 * LOOK_NANOS)) * (latest - part);
            lookBegan = now;
            inLook = 0;
        }
        return Math.max(0, Math.min(1, (part - AT_REST) / (BUSY - AT_REST)));
    }
}
