package dev.jobstream.benchmarks;

/** What a scenario needs is not to be had on this machine. */
final class NotRun extends IllegalStateException {

    static final String PREFIX = "not run: ";

    private static final long serialVersionUID = 1;

    NotRun(String reason) {
        super(PREFIX + reason);
    }
}
