package dev.jobstream.faults;

import dev.jobstream.tools.ValkeySentinel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows 26 to 28: the sentinels make another server the primary. */
class SentinelIT {

    private static final int SENTINELS = Scale.of(3, 1);
    private static final String[] NOTHING_ALONE = {"--min-replicas-to-write", "1", "--min-replicas-max-lag", "1"};

    private static Parts partsOn(String name, ValkeySentinel servers) throws IOException {
        return new Parts(
                name,
                job -> servers.primaryPort(),
                "spring.data.redis.sentinel.master=" + ValkeySentinel.MASTER,
                "spring.data.redis.sentinel.nodes=" + String.join(",", servers.nodes()));
    }

    private static List<String> jobs() {
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < Scale.of(10, 4); i++) {
            jobs.add(Parts.newJob(job -> true));
        }
        return jobs;
    }

    @Tag("long")
    @Test
    void row26_aPlannedFailover() throws IOException {
        Row row = new Row("26", "Sentinel: `SENTINEL FAILOVER`");
        List<String> jobs = jobs();
        try (ValkeySentinel servers = ValkeySentinel.start(SENTINELS);
                Parts parts = partsOn("sentinel-failover", servers).with(jobs)) {
            servers.failover();
            awaitHealed(row, parts, jobs);
            parts.assertWhole(row, true);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row27_theOldPrimaryAcknowledgesNothingAlone() throws IOException {
        Row row = new Row("27", "Sentinel: `SENTINEL FAILOVER` with `min-replicas-to-write 1`");
        List<String> jobs = jobs();
        try (ValkeySentinel servers = ValkeySentinel.start(SENTINELS, NOTHING_ALONE);
                Parts parts = partsOn("sentinel-nothing-alone", servers).with(jobs)) {
            long fault = System.nanoTime();
            servers.failover();
            awaitHealed(row, parts, jobs);
            row.figure("publishing was refused for at most (s)", parts.refusedFor(jobs, fault));
            parts.assertWhole(row, true);
            row.passed();
        }
    }

    @Tag("long")
    @Test
    void row28_thePrimaryDies() throws IOException {
        Row row = new Row("28", "Sentinel: the primary `kill -9`, silent for 2 s, its replica is promoted");
        List<String> jobs = jobs();
        try (ValkeySentinel servers = ValkeySentinel.start(SENTINELS);
                Parts parts = partsOn("sentinel-killed", servers).with(jobs)) {
            long fault = System.nanoTime();
            int before = servers.primaryPort();
            servers.first().kill();
            parts.awaitHealth(503, "\"connected\":false");
            servers.awaitPrimaryOtherThan(before);
            awaitHealed(row, parts, jobs);
            row.figure("publishing was refused for at most (s)", parts.refusedFor(jobs, fault));
            parts.assertWhole(row, true);
            row.passed();
        }
    }

    private static void awaitHealed(Row row, Parts parts, List<String> jobs) {
        parts.awaitPublishing(jobs, 20);
        row.figure("clients hear of events within (s)", parts.awaitHeard(jobs));
        parts.awaitHealth(200);
    }
}
