package dev.jobstream.application;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.quota.Place;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A publisher's stream of events of one job, of {@link PublicationStreams}. {@link #append} is called by one thread at a time; all
 * else by any.
 */
public final class PublicationStream {

    private final PublicationStreams owner;
    private final @Nullable Principal principal;
    private final JobId job;
    private final String account;
    private final Place place;
    private final @Nullable Instant expiresAt;
    private final Consumer<StreamRefusedException> onEnd;
    private final Permissions<PublicationStream>.Permission permission;
    private final AtomicBoolean ended = new AtomicBoolean();
    private long appended;
    private @Nullable EventId lastId;

    PublicationStream(
            PublicationStreams owner,
            @Nullable Principal principal,
            JobId job,
            String account,
            Place place,
            @Nullable Instant expiresAt,
            Consumer<StreamRefusedException> onEnd) {
        this.owner = owner;
        this.principal = principal;
        this.job = job;
        this.account = account;
        this.place = place;
        this.expiresAt = expiresAt;
        this.onEnd = onEnd;
        this.permission = owner.granted(this);
    }

    @Nullable
    Principal principal() {
        return principal;
    }

    JobId job() {
        return job;
    }

    /**
     * Appends all of these or none, as {@link dev.jobstream.domain.EventPublisher#publish} does, and with its exceptions.
     * Blocks until they are retained.
     *
     * @param events at least one
     * @param size what they have cost of the publisher's bytes
     * @return {@code false} if nothing was appended since the publisher is above its rate: to be tried again in a moment
     */
    public boolean append(List<NewEvent> events, long size) {
        if (!owner.quotas().takePublication(account, size)) {
            return false;
        }
        List<EventId> ids = owner.publisher().publish(job, events);
        appended += ids.size();
        lastId = ids.get(ids.size() - 1);
        return true;
    }

    /** How many events were appended. */
    public long appended() {
        return appended;
    }

    /** The id of the last one that was appended; {@code null} if none was. */
    public @Nullable EventId lastId() {
        return lastId;
    }

    boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    void askWhenDue(long nanos) {
        permission.askWhenDue(nanos, () -> owner.end(this, Refusal.UNAUTHENTICATED));
    }

    void end(Supplier<StreamRefusedException> reason) {
        if (ended.compareAndSet(false, true)) {
            onEnd.accept(reason.get());
        }
    }

    /** Gives its place back. May be called any number of times. */
    public void close() {
        ended.set(true);
        owner.closed(this, place);
    }
}
