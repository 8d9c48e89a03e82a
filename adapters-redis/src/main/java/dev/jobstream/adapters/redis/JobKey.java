package dev.jobstream.adapters.redis;

import dev.jobstream.domain.JobId;

/**
 * The name of a job in Valkey, both of its journal's key and of its channel. The braces keep a job in one slot of a
 * cluster.
 */
final class JobKey {

    private JobKey() {}

    static String of(JobId job) {
        return "runner-jobs:{" + job + "}:events";
    }
}
