package dev.jobstream.application;

import dev.jobstream.application.AccessDecision.Verdict;
import dev.jobstream.application.feed.Failures;
import dev.jobstream.application.feed.StreamClock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks the rule that has let streams in whether they may go on. Safe for use by many threads.
 *
 * @param <R> what a stream was opened with
 */
final class Permissions<R> {

    /** The rule has failed: it must be asked again. */
    static final class UndecidedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UndecidedException(RuntimeException cause) {
            super(cause);
        }
    }

    /** So long an answer holds for those who read on: a host may have to look it up. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Function<R, AccessDecision> rule;
    private final long intervalNanos;
    private final Executor threads;
    private final StreamClock clock;
    private volatile boolean failing;

    /**
     * @param rule decides
     * @param interval time after which an open stream's permission is asked for again; zero for never
     * @param threads ask, and may be kept by the rule
     */
    Permissions(Function<R, AccessDecision> rule, Duration interval, Executor threads, StreamClock clock) {
        this.rule = rule;
        this.intervalNanos = interval.toNanos();
        this.threads = threads;
        this.clock = clock;
    }

    /** That of a stream which has just been let in. */
    Permission granted(R request) {
        return new Permission(request, clock.nanos());
    }

    private boolean isAllowed(R request) {
        try {
            Verdict verdict = rule.apply(request).verdict();
            failing = false;
            return verdict == Verdict.ALLOWED;
        } catch (RuntimeException e) {
            if (!failing) { // Told once: what fails for one stream fails for thousands.
                failing = true;
                Failures.report(e);
            }
            throw new UndecidedException(e);
        }
    }

    /** The permission of one stream. */
    final class Permission {

        private final R request;
        private volatile long askedAt;
        private volatile boolean asking;

        private Permission(R request, long askedAt) {
            this.request = request;
            this.askedAt = askedAt;
        }

        R request() {
            return request;
        }

        /**
         * Whether the stream may go on. Asks where the last answer is older than a second; may block.
         *
         * @throws UndecidedException if the rule fails
         */
        boolean holds() {
            long now = clock.nanos();
            if (now - askedAt < FRESH_NANOS) {
                return true;
            }
            boolean allowed = isAllowed(request);
            askedAt = allowed ? now : askedAt;
            return allowed;
        }

        /**
         * Has it asked for where that is due; what cannot be decided is left to the next time. Does not block. Called by one
         * thread.
         */
        void askWhenDue(long nanos, Runnable lost) {
            if (intervalNanos == 0 || asking || nanos - askedAt < intervalNanos) {
                return;
            }
            asking = true;
            threads.execute(() -> {
                try {
                    if (!isAllowed(request)) {
                        lost.run();
                    }
                } catch (UndecidedException e) {
                    // Told already.
                } finally {
                    askedAt = clock.nanos();
                    asking = false;
                }
            });
        }
    }
}
