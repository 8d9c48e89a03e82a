package dev.jobstream.application;

/** A login in which a stream is opened, and with which it ends. Two are never equal. Safe for use by many threads. */
public final class Login {

    private volatile boolean over;

    /** Says that it is over: a stream that is opened in it ends at once. */
    public void markOver() {
        over = true;
    }

    /** Whether it is over. */
    boolean isOver() {
        return over;
    }
}
