package dev.jobstream.application;

import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.JobId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * A wish to watch a job.
 *
 * @param job the job
 * @param start where to begin
 * @param filter which events are wanted; {@code null} for all
 * @param principal the caller, as the host's security knows it; {@code null} for nobody
 * @param login what the stream ends with; {@code null} if that is nothing
 */
public record StreamRequest(
        JobId job,
        StreamStart start,
        @Nullable EventFilter filter,
        @Nullable Principal principal,
        @Nullable Login login) {

    /** All events are wanted, in no login. */
    public StreamRequest(JobId job, StreamStart start, @Nullable Principal principal) {
        this(job, start, null, principal, null);
    }

    /** The same in this login. */
    public StreamRequest in(@Nullable Login other) {
        return new StreamRequest(job, start, filter, principal, other);
    }

    /** The same for other events. */
    public StreamRequest withFilter(@Nullable EventFilter wanted) {
        return new StreamRequest(job, start, wanted, principal, login);
    }
}
