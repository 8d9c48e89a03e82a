package dev.jobstream.faults;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast this machine is, as the row itself has measured it. What a row bounds by time is what settings promise and
 * some slack, and the slack is a multiple of this: so a slow machine, or one that others use as well, is given what it
 * needs, and no bound is a figure of the machine on which it was written.
 */
final class Pace implements AutoCloseable {

    private static final long PULSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int TIMES = 5;

    private final Thread pulse = new Thread(this::beat, "pulse");
    private volatile long letIn;
    private volatile long overslept;
    private volatile long oversleptLately;
    private volatile boolean closed;

    Pace() {
        pulse.setDaemon(true);
        pulse.start();
    }

    private void beat() {
        for (long begin = System.nanoTime(); !closed; ) {
            LockSupport.parkNanos(PULSE_NANOS);
            long now = System.nanoTime();
            overslept = Math.max(overslept, now - begin - PULSE_NANOS);
            oversleptLately = Math.max(oversleptLately, now - begin - PULSE_NANOS);
            begin = now;
        }
    }

    /** So long it took until all clients had been let in, before the fault: work of the node and of the clients. */
    void letIn(long nanos) {
        letIn = Math.max(letIn, nanos);
    }

    /**
     * Seconds by which something may be late here: some times as long as letting the clients in took, and the longest
     * time that a thread which only wants to wake up has had to wait for the processor.
     */
    double slack() {
        return (TIMES * letIn + overslept) / 1e9;
    }

    /** The longest wait for the processor, in nanoseconds, since this was asked last. */
    long overslept() {
        long lately = oversleptLately;
        oversleptLately = 0;
        return lately;
    }

    @Override
    public void close() {
        closed = true;
    }
}
