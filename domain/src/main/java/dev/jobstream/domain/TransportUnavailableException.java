package dev.jobstream.domain;

import org.jspecify.annotations.Nullable;

/** The transport cannot be asked at the moment; the same call may succeed later. */
public final class TransportUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TransportUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
