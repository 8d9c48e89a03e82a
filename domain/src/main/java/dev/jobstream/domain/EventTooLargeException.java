package dev.jobstream.domain;

/** An event whose data is larger than the journal takes. */
public final class EventTooLargeException extends InvalidEventException {

    private static final long serialVersionUID = 1L;

    /**
     * @param size of the data, in bytes
     * @param limit the most that is taken, in bytes
     */
    public EventTooLargeException(int size, int limit) {
        super("data must have at most " + limit + " bytes, has " + size);
    }
}
