package dev.jobstream.application.feed;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an event that does not prove to be ours may be believed, or the journal has to be asked first. A channel may
 * carry the events of another installation: of a job of the same name, even of a copy of this very journal, whose events
 * follow the newest one here as well as our own would. Without this class watchers would get them.
 *
 * <p>So the journal is asked, except for an event that follows one which came over the channel a moment ago and was in the
 * journal: the publisher of that one publishes the next one too. If the journal had nothing new, the next question waits a
 * while, in which more may come that it answers too.
 *
 * <p>Not safe for use by many threads: guarded by the feed's lock.
 */
final class UnconfirmedEvents {

    /** How long an event vouches for the next: longer than a busy job is ever silent, too short for a copy to be made. */
    static final long VOUCHED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private boolean vouched;
    private long vouchedAt;
    private boolean asked;
    private @Nullable EventId headBefore;
    private @Nullable JobEvent doubtful;
    private long doubtfulSince;
    private boolean inVain;
    private long answeredAt;

    /** Whether an event that follows the newest one may be believed. */
    boolean isVouchedFor(long now) {
        return vouched && now - vouchedAt < VOUCHED_NANOS;
    }

    /** An event of our journal has come over the channel. */
    void vouch(long now) {
        vouched = true;
        vouchedAt = now;
    }

    /**
     * Something has come that only the journal can confirm.
     *
     * @param event what it claims to be; {@code null} if that cannot be read
     * @param head the newest event that is known
     * @return how long the question may wait, in nanoseconds; 0 for not at all
     */
    long ask(@Nullable JobEvent event, @Nullable EventId head, long now) {
        if (!asked) {
            asked = true;
            headBefore = head;
        }
        if (event != null) {
            doubtful = event;
            doubtfulSince = now;
        }
        return inVain ? Math.max(0, PAUSE_NANOS - (now - answeredAt)) : 0;
    }

    /**
     * The journal was read since the last question, into this chain.
     *
     * @return the event that proved to be of another journal; {@code null} for none
     */
    @Nullable
    JobEvent onCaughtUp(Chain chain, long now) {
        if (!asked) {
            return null;
        }
        JobEvent event = doubtful;
        EventId id = event == null ? null : event.id();
        boolean ours = id != null && (chain.holds(id) || id.equals(chain.head()));
        if (ours) {
            vouch(doubtfulSince);
        }
        asked = false;
        doubtful = null;
        inVain = Objects.equals(headBefore, chain.head());
        answeredAt = now;
        return id != null && chain.lacks(id) ? event : null;
    }
}
