package dev.jobstream.adapters.web.watching;

import java.net.SocketTimeoutException;
import java.util.concurrent.TimeoutException;

/** Tells from what a failed write threw how the client left. */
public final class Disconnects {

    private static final int DEEPEST_CAUSE = 16;

    private Disconnects() {}

    /** Whether at the bottom of it a write has waited too long. */
    public static boolean isTimeout(Throwable e) {
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof SocketTimeoutException || cause instanceof TimeoutException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
