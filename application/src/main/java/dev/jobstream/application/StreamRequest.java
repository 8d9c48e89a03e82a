package dev.jobstream.application;

import dev.jobstream.domain.JobId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * A wish to watch a job.
 *
 * @param job the job
 * @param start where to begin
 * @param principal the caller, as the host's security knows it; {@code null} for nobody
 */
public record StreamRequest(
        JobId job, StreamStart start, @Nullable Principal principal) {}
