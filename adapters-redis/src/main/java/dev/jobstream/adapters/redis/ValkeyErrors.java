package dev.jobstream.adapters.redis;

import io.lettuce.core.RedisCommandExecutionException;

/** What an exception of the driver's, or of Spring's around it, says of its cause. */
final class ValkeyErrors {

    private ValkeyErrors() {}

    /** The server's error reply; empty if it is none. */
    static String reply(RuntimeException e) {
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

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
