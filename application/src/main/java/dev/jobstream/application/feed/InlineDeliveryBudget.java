package dev.jobstream.application.feed;

import java.util.concurrent.TimeUnit;

/**
 * How much of its time a thread that brings events may spend on writing them. It is the one that hears of everything else,
 * acknowledged subscriptions among it: where it wrote all it could, those would come late, and be taken for lost. Safe for
 * use by many threads, which share the time.
 */
final class InlineDeliveryBudget {

    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private boolean begun;
    private long periodBegan;
    private long spent;

    /** Whether there is time left in this period. */
    synchronized boolean isLeft(long now) {
        if (!begun || now - periodBegan >= PERIOD_NANOS) {
            begun = true;
            periodBegan = now;
            spent = 0;
        }
        return spent < MOST_NANOS;
    }

    synchronized void spend(long nanos) {
        spent += nanos;
    }
}
