package dev.jobstream.domain;

/** A publication of more events than a request may have. */
public final class TooManyEventsException extends InvalidEventException {

    private static final long serialVersionUID = 1L;

    public TooManyEventsException() {
        super("there may be at most " + EventEnvelope.MAX_PUBLICATION + " events in a request");
    }
}
