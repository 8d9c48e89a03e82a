package dev.jobstream.application;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.domain.Sha256;
import dev.jobstream.domain.TransportUnavailableException;
import java.security.Principal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The use case: tickets, for clients that cannot set a header. Who may watch a job buys one, and whoever shows it opens one
 * stream of that job, on any node, once. Safe for use by many threads.
 */
public final class JobEventTickets {

    /** OWASP ASVS 5.0, 7.2.3: a reference to something secret has at least 128 bits of entropy. */
    private static final int BYTES = 16;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{22}");

    /** The most that are looked up at a time: anybody may show one, and each may keep a thread while the transport hangs. */
    private static final int LOOKED_UP_AT_A_TIME = 16;

    private final OneTimeStore store;
    private final StreamAccess access;
    private final JobEventStreams streams;
    private final Duration life;
    private final Admission admission;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore lookUps = new Semaphore(LOOKED_UP_AT_A_TIME);

    /**
     * @param store where they are kept
     * @param access decides who may watch a job, and so may buy a ticket
     * @param metrics what is counted
     * @param streams know whether this node is stopping, and the quotas: a ticket counts as a stream that is opened
     * @param life how long a ticket is good; positive
     */
    public JobEventTickets(
            OneTimeStore store, StreamAccess access, StreamMetrics metrics, JobEventStreams streams, Duration life) {
        this.store = store;
        this.access = access;
        this.streams = streams;
        this.life = life;
        this.admission = new Admission("watch", metrics::streamRefused);
    }

    /** How long a ticket is good. */
    public Duration life() {
        return life;
    }

    /**
     * Sells a ticket. Blocks.
     *
     * @param principal the caller, as the host's security knows it; {@code null} for nobody
     * @return 22 characters out of {@code A-Z a-z 0-9 _ -}
     * @throws StreamRefusedException if the caller may not watch the job, or buys too many, or this node is stopping
     * @throws TransportUnavailableException if it could not be kept
     */
    public String sell(@Nullable Principal principal, JobId job) {
        AccessDecision decision = admission.admit(access.toWatch(principal, job), job, streams.isShuttingDown());
        if (principal == null || principal instanceof TicketHolder) {
            throw admission.refused(Refusal.UNAUTHENTICATED, "a token is required");
        }
        streams.quotas().admitOpen(Quotas.account(access, principal), admission);
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        TicketHolder holder = new TicketHolder(access.caller(principal), job, decision.expiresAt());
        store.put(nameOf(ticket), holder.write(), life);
        return ticket;
    }

    /**
     * Takes a ticket. Blocks.
     *
     * @return who may watch the job with it
     * @throws StreamRefusedException if it is none, or no longer, or for another job: in each case it is gone
     * @throws TransportUnavailableException if it could not be looked up
     */
    public Principal take(String ticket, JobId job) {
        Optional<TicketHolder> holder = FORM.matcher(ticket).matches() ? lookUp(ticket) : Optional.empty();
        return holder.filter(found -> found.job().equals(job))
                .orElseThrow(() -> admission.refused(Refusal.UNAUTHENTICATED, "this ticket is not good, or no longer"));
    }

    private Optional<TicketHolder> lookUp(String ticket) {
        if (!lookUps.tryAcquire()) {
            throw new TransportUnavailableException("too many tickets are shown at a time", null);
        }
        try {
            return store.take(nameOf(ticket)).map(TicketHolder::read);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Of another version.
        } finally {
            lookUps.release();
        }
    }

    /** What it is kept under: who reads the store has no ticket yet. */
    private static String nameOf(String ticket) {
        return Sha256.hexOf(ticket);
    }
}
