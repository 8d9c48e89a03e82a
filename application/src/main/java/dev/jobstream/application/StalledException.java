package dev.jobstream.application;

import java.io.IOException;

/** The client is there and takes no byte: a write to it has timed out. */
public final class StalledException extends IOException {

    private static final long serialVersionUID = 1L;

    public StalledException(Throwable cause) {
        super("the client took no byte in time", cause);
    }
}
