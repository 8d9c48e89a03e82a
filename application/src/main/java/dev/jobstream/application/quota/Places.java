package dev.jobstream.application.quota;

import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.domain.QuotaLeases.Limit;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The places of streams: so many of a subject and of a job. A node by itself counts exactly. Nodes that share leases ask each
 * other for each place ({@link SharedPlaces}); while they cannot, each keeps to the quota by itself. Safe for use by many
 * threads.
 */
public final class Places implements AutoCloseable {

    private final Held held;
    private final @Nullable SharedPlaces shared;

    /**
     * @param leases what other nodes hold; {@code null} where there are none
     * @param nanos tells the time, in nanoseconds from an arbitrary origin
     */
    public Places(@Nullable QuotaLeases leases, LongSupplier nanos) {
        this(leases, SharedPlaces.PATIENCE, nanos);
    }

    /** @param patience how long somebody may wait for the others */
    Places(@Nullable QuotaLeases leases, Duration patience, LongSupplier nanos) {
        this.held = new Held(leases != null);
        this.shared = leases == null ? null : new SharedPlaces(held, leases, patience, nanos);
    }

    /** Begins to report to the others. Until then this node counts by itself. */
    public void start() {
        if (shared != null) {
            shared.start();
        }
    }

    /** A place, or the limit that is in its way: its index among those that were given. */
    public record Answer(Place place, int full) {

        public boolean isGranted() {
            return full == QuotaLeases.GRANTED;
        }
    }

    /** Takes a place that keeps to these limits. Blocks for a moment where others are asked. */
    public Answer take(List<Limit> limits) {
        Wish wish = new Wish(limits);
        int full = held.reserve(wish, this);
        if (full == QuotaLeases.GRANTED) {
            full = shared == null ? held.settle(wish, QuotaLeases.GRANTED, false) : shared.ask(wish);
        }
        return new Answer(full == QuotaLeases.GRANTED ? wish.place : Place.UNCOUNTED, full);
    }

    void free(Place place) {
        held.free(place);
        if (shared != null) {
            shared.nudge();
        }
    }

    /** The keys that something is held of. */
    int size() {
        return held.size();
    }

    /** What this node holds of it. */
    int held(String key) {
        return held.held(key);
    }

    /** Whether the others could be asked when they were last. */
    boolean isAlone() {
        return shared == null || shared.isAlone();
    }

    /** How many wait for the others. */
    int waiting() {
        return shared == null ? 0 : shared.waiting();
    }

    /** Ends the lease. From then on this node counts by itself. */
    @Override
    public void close() {
        if (shared != null) {
            shared.close();
        }
    }
}
