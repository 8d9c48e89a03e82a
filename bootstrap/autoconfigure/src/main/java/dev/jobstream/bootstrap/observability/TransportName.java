package dev.jobstream.bootstrap.observability;

import org.springframework.beans.factory.BeanFactory;

/** What the transport is called in metrics and health. */
final class TransportName {

    private TransportName() {}

    /** {@code valkey}, {@code memory}, or {@code custom} for one of the host's own. */
    static String of(BeanFactory beans) {
        // By name, since the class of what is not there may not be there either.
        return beans.containsBean("jobstreamValkeyTransport")
                ? "valkey"
                : beans.containsBean("jobstreamMemoryTransport") ? "memory" : "custom";
    }
}
