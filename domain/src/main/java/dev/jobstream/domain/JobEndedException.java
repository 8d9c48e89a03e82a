package dev.jobstream.domain;

/** The job has had its terminal event; nothing can be published after it. */
public final class JobEndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JobEndedException(JobId job) {
        super("job " + job + " has ended");
    }
}
