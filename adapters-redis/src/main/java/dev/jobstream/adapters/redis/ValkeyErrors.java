package dev.jobstream.adapters.redis;

import io.lettuce.core.RedisCommandExecutionException;
import javax.net.ssl.SSLException;

/** What an exception of the driver's, or of Spring's around it, says of its cause. */
final class ValkeyErrors {

    private ValkeyErrors() {}

    /** The server's error reply; empty if it is none. */
    static String reply(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException && cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        return "";
    }

    /** What the first cause says, for a line in the log. */
    static String rootMessage(Throwable e) {
        Throwable root = root(e);
        return root.getMessage() == null ? root.getClass().getSimpleName() : LogText.of(root.getMessage());
    }

    /** What tells this failure from those with another cause. Messages do not: ports and names in them change each time. */
    static String kindOf(RuntimeException e) {
        String reply = reply(e);
        if (!reply.isEmpty()) {
            return reply.split(" ", 2)[0];
        }
        return root(e).getClass().getName();
    }

    /** Whether somebody was there to say no. */
    static boolean isAnswer(Throwable e) {
        return !reply(e).isEmpty() || has(e, SSLException.class);
    }

    /** Why there is no connection, with what an operator has to look at. */
    static String inPlainWords(Throwable e) {
        String said = rootMessage(e);
        if (ValkeyRefusal.of(reply(e)) == ValkeyRefusal.NOAUTH) {
            return "the user or the password is wrong (" + said + ")";
        }
        if (has(e, SSLException.class)) {
            return "no TLS with it, see to the certificates of both sides (" + said + ")";
        }
        return said;
    }

    /** Ends a thread that waits for Valkey and was asked to end. */
    static void throwIfInterrupted(RuntimeException e) {
        if (Thread.currentThread().isInterrupted()) {
            throw e;
        }
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
