package dev.jobstream.application.feed;

import org.jspecify.annotations.Nullable;

/**
 * What has failed of many things that are done one after the other, none of which is left out because another one fails.
 * Used by one thread.
 */
public final class Failures {

    /** A few tell as much as thousands of the same kind. */
    private static final int MOST_SUPPRESSED = 8;

    private @Nullable Throwable first;
    private int suppressed;

    /** Does it; what it throws is kept. */
    public void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            add(e);
        }
    }

    public void add(Throwable failure) {
        if (first == null) {
            first = failure;
        } else if (failure != first && suppressed < MOST_SUPPRESSED) {
            first.addSuppressed(failure);
            suppressed++;
        }
    }

    /** Throws the first failure, with some of the others suppressed, if there was any. */
    public void rethrow() {
        rethrow(first);
    }

    /** Throws it, if there is one. */
    public static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /** Tells of the first failure, with some of the others suppressed, where nobody is there to catch it. */
    public void report() {
        if (first != null) {
            report(first);
        }
    }

    /** Has this thread's handler hear of a failure that ends nothing. */
    public static void report(Throwable failure) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
}
