package dev.jobstream.application;

import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.TransportUnavailableException;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** The use case: reading a job's retained events page by page, without watching it. Safe for use by many threads. */
public final class JobEventPages {

    private final EventSource source;
    private final StreamAccess access;
    private final JobEventStreams streams;
    private final Admission admission;

    /**
     * @param source where events are retained
     * @param access says who may read a job: the same principals that may watch it
     * @param metrics what is counted
     * @param streams know whether this node is stopping: what is begun then could be cut off
     */
    public JobEventPages(EventSource source, StreamAccess access, StreamMetrics metrics, JobEventStreams streams) {
        this.source = source;
        this.access = access;
        this.streams = streams;
        this.admission = new Admission("read", metrics::pageRefused);
    }

    /**
     * Reads a page. Blocks.
     *
     * @param principal the caller, as the host's security knows it; {@code null} for nobody
     * @param after the event before the first of the page; {@link EventId#NONE} for the oldest
     * @param limit the most events, at least 1
     * @throws StreamRefusedException if it is not allowed, or this node is stopping
     * @throws TransportUnavailableException if the journal cannot be read at the moment
     */
    public EventPage read(@Nullable Principal principal, JobId job, EventId after, int limit) {
        AccessDecision unused = admission.admit(access.toWatch(principal, job), job, streams.isShuttingDown());
        JournalPage page = source.readAfter(job, after, limit);
        return new EventPage(EventBatch.of(after, page), page.more());
    }
}
