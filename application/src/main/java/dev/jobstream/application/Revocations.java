package dev.jobstream.application;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes permissions back, on every node of the installation. Each is an entry of the control journal, which all nodes read
 * on, once a second: also a node that was away or is new knows what was taken back. Safe for use by many threads.
 */
public final class Revocations {

    /** The most that are remembered, the newest. */
    public static final int MOST = 100_000;

    /** Time after which a node looks for new ones. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final JobId JOURNAL = new JobId("revocations");
    private static final String TYPE = "access.revoked";
    private static final int PAGE = 1_000;
    private static final String BEFORE = "{\"of\":\"";
    private static final String BEHIND = "\"}";

    private final ControlJournal control;
    private final RevocationIndex index;
    private final Executor readers;

    private final ReentrantLock reading = new ReentrantLock();
    private final AtomicBoolean asked = new AtomicBoolean();
    /** Guarded by {@link #reading}. */
    private EventId last = EventId.NONE;

    private volatile boolean begun;
    private volatile long readAt;
    private final Map<Object, Consumer<RevocationIndex>> followers = new ConcurrentHashMap<>();

    /**
     * @param control where they are kept
     * @param memory for how long they hold: the longest life of a token, positive
     * @param readers read the journal, which may block them
     */
    public Revocations(ControlJournal control, Duration memory, Executor readers) {
        this.control = control;
        this.index = new RevocationIndex(memory, MOST);
        this.readers = readers;
    }

    /**
     * Takes these permissions back: this node's streams end before it returns, those of other nodes within two seconds, and
     * what was granted before is refused from then on. Blocks.
     *
     * @throws TransportUnavailableException if it could not be kept; it may hold all the same
     */
    public void revoke(Collection<Revocation> revocations) {
        if (revocations.isEmpty()) {
            return;
        }
        List<NewEvent> events = new ArrayList<>(revocations.size());
        for (Revocation revocation : revocations) {
            events.add(NewEvent.of(TYPE, BEFORE + revocation.write() + BEHIND));
        }
        for (int from = 0; from < events.size(); from += PAGE) {
            control.publisher().publish(JOURNAL, events.subList(from, Math.min(from + PAGE, events.size())));
        }
        read();
    }

    /** Takes this permission back: see {@link #revoke(Collection)}. */
    public void revoke(Revocation revocation) {
        revoke(List.of(revocation));
    }

    /** Whether a caller's permission for a job, which was granted at its token's issue, has been taken back since. */
    boolean isRevoked(Caller caller, JobId job) {
        if (!begun) {
            begun = true;
            readIfPossible(); // Before the first that is let in: a node that is new knows nothing yet.
        }
        Instant since = caller.issuedAt();
        // Of who has no such time only streams are ended: whether it may come again its host's rule knows.
        return since != null && index.isRevoked(caller, job, since.toEpochMilli());
    }

    /**
     * @param follower whose action this is; it has one
     * @param action told after new ones were found, once for all that were found together
     */
    void onRevoked(Object follower, Consumer<RevocationIndex> action) {
        followers.put(follower, action);
    }

    /** Has the journal read where that is due. To be called a few times a second. Does not block. */
    void tick(long nanos) {
        if (nanos - readAt >= INTERVAL.toNanos() && asked.compareAndSet(false, true)) {
            readAt = nanos;
            readers.execute(() -> {
                asked.set(false);
                readIfPossible();
            });
        }
    }

    private void readIfPossible() {
        try {
            read();
        } catch (TransportUnavailableException e) {
            // The transport tells of it; the next tick tries again.
        }
    }

    /** Reads all that is new. */
    private void read() {
        reading.lock();
        try {
            boolean found = false;
            JournalPage page;
            do {
                page = control.source().readAfter(JOURNAL, last, PAGE);
                for (JobEvent event : page.events()) {
                    found |= add(event);
                    last = event.journaledId();
                }
                last = page.passed() == null ? last : page.passed();
            } while (page.more());
            if (found) {
                followers.values().forEach(action -> action.accept(index));
            }
        } finally {
            reading.unlock();
        }
    }

    private boolean add(JobEvent event) {
        Revocation revocation = event.type().name().equals(TYPE) ? read(event.data()) : null;
        if (revocation == null) {
            return false;
        }
        index.add(revocation, event.journaledId().time());
        return true;
    }

    /** {@code null} for what this version does not know. */
    private static @Nullable Revocation read(EventData data) {
        String json = data.toString();
        if (!json.startsWith(BEFORE) || !json.endsWith(BEHIND)) {
            return null;
        }
        try {
            return Revocation.read(json.substring(BEFORE.length(), json.length() - BEHIND.length()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
