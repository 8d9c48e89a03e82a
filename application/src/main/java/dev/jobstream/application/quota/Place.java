package dev.jobstream.application.quota;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A place that is held, of a subject and of a job, until it is freed. */
public final class Place {

    /** One that is not counted. */
    public static final Place UNCOUNTED = new Place(null, List.of());

    private final @Nullable Places places;
    private final List<Held.Count> counts;
    private boolean freed;

    Place(@Nullable Places places, List<Held.Count> counts) {
        this.places = places;
        this.counts = counts;
    }

    List<Held.Count> counts() {
        return counts;
    }

    /** Whether this is the first time. Guarded by the {@link Held}. */
    boolean freeOnce() {
        boolean first = !freed;
        freed = true;
        return first;
    }

    /** Gives it back. May be called any number of times, by any thread. Does not block. */
    public void free() {
        if (places != null) {
            places.free(this);
        }
    }
}
