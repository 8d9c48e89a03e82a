package dev.jobstream.adapters.redis;

import dev.jobstream.domain.JobId;
import java.util.regex.Pattern;

/**
 * The names of a job in Valkey: that of its journal's key and of its channel, which is the same. The braces keep a job in one
 * slot of a cluster.
 *
 * @param namespace what all names of an installation begin with
 */
record JobKey(String namespace) {

    /** The namespace of an installation that has a server to itself. */
    static final String DEFAULT_NAMESPACE = "runner-jobs";

    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._:-]{1,72}");
    private static final String BEHIND = "}:events";

    /** What nodes tell each other stands beside an installation's jobs, under names that no job of it has. */
    private static final String CONTROL = ":control";

    /** The longest namespace of an installation. */
    static final int MAX_NAMESPACE = 64;

    /** @throws IllegalArgumentException if the namespace cannot be part of a name */
    JobKey {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new IllegalArgumentException("namespace must have 1 to 64 characters out of A-Z a-z 0-9 . _ : -");
        }
    }

    /** The names of what nodes tell each other. */
    JobKey control() {
        return new JobKey(namespace + CONTROL);
    }

    String of(JobId job) {
        return namespace + ":{" + job + BEHIND;
    }

    /** The job whose name this is. */
    JobId jobOf(String name) {
        return new JobId(name.substring(namespace.length() + 2, name.length() - BEHIND.length()));
    }
}
