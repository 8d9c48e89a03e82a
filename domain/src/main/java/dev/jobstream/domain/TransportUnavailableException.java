package dev.jobstream.domain;

import org.jspecify.annotations.Nullable;

/** The transport cannot be asked at the moment, or refuses for its own reasons; the same call may succeed later. */
public final class TransportUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String detail;

    /** It cannot be reached. */
    public TransportUnavailableException(String message, @Nullable Throwable cause) {
        this(message, "the event journal cannot be reached at the moment", cause);
    }

    /** @param detail what whoever asked may be told: one sentence without names of servers */
    public TransportUnavailableException(String message, String detail, @Nullable Throwable cause) {
        super(message, cause);
        this.detail = detail;
    }

    /** What whoever asked may be told. */
    public String detail() {
        return detail;
    }
}
