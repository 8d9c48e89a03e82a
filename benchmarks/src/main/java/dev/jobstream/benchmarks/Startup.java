package dev.jobstream.benchmarks;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * From the start of the process to the first stream that it serves.
 *
 * @param unpacked whether it is started the fast way that {@code docs/operations.md} shows
 */
record Startup(String name, boolean unpacked) implements OneByOne {

    private static final long SETTLE_NANOS = Duration.ofSeconds(1).toNanos();

    @Override
    public String title() {
        return unpacked
                ? "the same, unpacked and with a cache of loaded classes"
                : "from the start to the first stream served";
    }

    @Override
    public boolean suits(Contender contender) {
        return !unpacked || contender.isJobstream();
    }

    @Override
    public List<Point> measure(Setup setup, Contender contender, Options options) {
        Setup.Started started = unpacked ? setup.startUnpacked(contender) : setup.start(contender);
        try (ServerProcess server = started.server()) {
            LockSupport.parkNanos(SETTLE_NANOS);
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("seconds", started.seconds());
            values.put("cpuSeconds", server.cpuSeconds());
            values.put("residentMib", server.residentKib() / 1024.0);
            return List.of(new Point(0, values));
        }
    }
}
