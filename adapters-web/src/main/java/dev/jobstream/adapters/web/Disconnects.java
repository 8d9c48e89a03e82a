package dev.jobstream.adapters.web;

import dev.jobstream.application.StalledException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells from what a failed write threw how the client left. */
final class Disconnects {

    private static final int DEEPEST_CAUSE = 16;

    private Disconnects() {}

    /** What a {@code ClientConnection} throws in its place. */
    static IOException asIOException(Exception e) {
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (isTimeout(cause)) {
                return new StalledException(e);
            }
            cause = cause.getCause();
        }
        return e instanceof IOException io ? io : new IOException(e);
    }

    private static boolean isTimeout(@Nullable Throwable cause) {
        return cause instanceof SocketTimeoutException || cause instanceof TimeoutException;
    }
}
