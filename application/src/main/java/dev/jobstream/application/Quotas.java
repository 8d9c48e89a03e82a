package dev.jobstream.application;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.quota.Place;
import dev.jobstream.application.quota.Places;
import dev.jobstream.application.quota.QuotaLimits;
import dev.jobstream.application.quota.Rates;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.domain.QuotaLeases.Limit;
import dev.jobstream.domain.Sha256;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one subject, or one job, may take of the nodes. A subject is counted under its {@link Caller#account}; all callers
 * without a principal are counted as one. Safe for use by many threads.
 */
public final class Quotas implements AutoCloseable {

    /** Longer accounts are counted under their digest: whoever writes tokens must not choose how much is kept of them. */
    private static final int LONGEST_ACCOUNT = 128;

    private static final String NOBODY = "";

    private final QuotaLimits limits;
    private final Rates opens;
    private final Rates publishes;
    private final Rates bytes;
    private final @Nullable Places places;

    /**
     * @param limits what may be taken
     * @param leases what other nodes hold; {@code null} where this node counts by itself
     * @param nanos tells the time, in nanoseconds from an arbitrary origin
     */
    public Quotas(QuotaLimits limits, @Nullable QuotaLeases leases, LongSupplier nanos) {
        this.limits = limits;
        this.opens = new Rates(limits.opensPerSecond(), QuotaLimits.OPENS_SAVED_SECONDS, nanos);
        this.publishes = new Rates(limits.publishesPerSecond(), QuotaLimits.PUBLISHES_SAVED_SECONDS, nanos);
        this.bytes = new Rates(limits.publishBytesPerSecond(), QuotaLimits.PUBLISHES_SAVED_SECONDS, nanos);
        this.places = limits.countStreams() ? new Places(leases, nanos) : null;
    }

    /** Nothing is limited. */
    public static Quotas none() {
        return new Quotas(QuotaLimits.NONE, null, System::nanoTime);
    }

    /** Begins to share with the other nodes. Returns at once. */
    public void start() {
        if (places != null) {
            places.start();
        }
    }

    /** What this caller is counted under. */
    static String account(StreamAccess access, @Nullable Principal principal) {
        String account = principal == null ? NOBODY : access.caller(principal).account();
        return account.length() <= LONGEST_ACCOUNT ? account : "sha-256 " + Sha256.hexOf(account);
    }

    /** @throws StreamRefusedException if this account opens streams faster than it may */
    void admitOpen(String account, Admission admission) {
        if (!opens.take(account)) {
            throw admission.refused(
                    Refusal.OPENS_OF_SUBJECT,
                    "you may open " + limits.opensPerSecond() + " streams a second, and some at once");
        }
    }

    /**
     * Takes the place of a stream. Blocks for a moment where other nodes are asked.
     *
     * @throws StreamRefusedException if the account, or the job, has as many streams as it may
     */
    Place take(String account, JobId job, Admission admission) {
        if (places == null) {
            return Place.UNCOUNTED;
        }
        List<Limit> wanted = new ArrayList<>(2);
        if (limits.streamsPerSubject() > 0) {
            wanted.add(new Limit("subject:" + account, limits.streamsPerSubject()));
        }
        int ofJob = wanted.size();
        if (limits.streamsPerJob() > 0) {
            wanted.add(new Limit("job:" + job, limits.streamsPerJob()));
        }
        Places.Answer answer = places.take(wanted);
        if (answer.isGranted()) {
            return answer.place();
        }
        throw answer.full() == ofJob
                ? admission.refused(
                        Refusal.STREAMS_OF_JOB, "job " + job + " has " + limits.streamsPerJob() + " streams already")
                : admission.refused(
                        Refusal.STREAMS_OF_SUBJECT, "you have " + limits.streamsPerSubject() + " streams already");
    }

    /**
     * Reads what an account publishes, if it may. A body whose size is announced is charged for before it is read, another one
     * as it comes. The last body that is paid for may be larger than what is left: the next one waits for that.
     *
     * @throws StreamRefusedException if it publishes more often, or more, than it may
     */
    List<NewEvent> read(String account, PublicationBody body, Admission admission) {
        if (!bytes.hasCredit(account)) {
            throw admission.refused(
                    Refusal.PUBLISH_BYTES_OF_SUBJECT,
                    "you may publish " + limits.publishBytesPerSecond() + " bytes a second");
        }
        if (!publishes.take(account)) {
            throw admission.refused(
                    Refusal.PUBLISHES_OF_SUBJECT, "you may publish " + limits.publishesPerSecond() + " times a second");
        }
        long announced = body.announced();
        if (announced >= 0) {
            bytes.charge(account, announced);
            return body.read(more -> {});
        }
        return body.read(more -> bytes.charge(account, more));
    }

    /**
     * Takes what an account publishes in the midst of a stream: whether it may now. Who may not waits, and is not refused.
     *
     * @param size in bytes
     */
    boolean takePublication(String account, long size) {
        if (!bytes.hasCredit(account) || !publishes.take(account)) {
            return false;
        }
        bytes.charge(account, size);
        return true;
    }

    /** Ends this node's share of what the nodes have together. From then on it counts by itself. */
    @Override
    public void close() {
        if (places != null) {
            places.close();
        }
    }
}
