package dev.jobstream.application.quota;

import dev.jobstream.domain.QuotaLeases.Limit;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Somebody waits for a place. All but the answer is guarded by the {@link Held}. */
final class Wish {

    final List<Limit> limits;
    /** As those of {@link dev.jobstream.domain.QuotaLeases#report}. */
    final CompletableFuture<Integer> answer = new CompletableFuture<>();

    Place place = Place.UNCOUNTED;
    boolean settled;
    int full;

    Wish(List<Limit> limits) {
        this.limits = limits;
    }
}
