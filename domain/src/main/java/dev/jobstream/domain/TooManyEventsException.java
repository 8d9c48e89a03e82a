package dev.jobstream.domain;

/** More events than are appended at once. */
public final class TooManyEventsException extends InvalidEventException {

    private static final long serialVersionUID = 1L;

    public TooManyEventsException() {
        super("there may be at most " + JournalLimits.MAX_AT_ONCE + " events at once");
    }

    /** @throws TooManyEventsException if there are more events than are appended at once */
    static void check(int events) {
        if (events > JournalLimits.MAX_AT_ONCE) {
            throw new TooManyEventsException();
        }
    }
}
