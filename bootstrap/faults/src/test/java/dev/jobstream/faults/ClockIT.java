package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.Resp;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Row 15: the clock that gives ids goes back, and stands still. */
class ClockIT {

    @Tag("long")
    @Test
    void row15_clockSetBackAnHour() throws IOException {
        Path clock = fakeClock();
        boolean faked = clock != null;
        Row row = new Row(
                "15",
                faked
                        ? "clock of Valkey's host set back 1 h"
                        : "newest ids 1 h ahead of the clock (no C compiler here to set it back)");
        ValkeyServer valkey = ValkeyServer.atFreePort("--appendonly", "yes");
        valkey.start(faked ? setBack(clock, 0) : List.of());
        try (World world = new World("clock", valkey)) {
            world.underLoad();
            if (faked) {
                valkey.kill();
                valkey.start(setBack(clock, 3_600));
            } else {
                aheadOfTheClock(world);
            }
            long now = System.nanoTime();
            world.awaitEvents(50);
            row.figure("caught up after (s)", world.caughtUpAfter(now));
            if (faked) {
                try (Resp resp = new Resp(valkey.port())) {
                    long seconds = Long.parseLong((String) ((List<?>) resp.call("TIME")).get(0));
                    assertThat(System.currentTimeMillis() / 1_000 - seconds)
                            .as("seconds behind")
                            .isBetween(3_500L, 3_700L);
                }
            }
            world.assertWhole(row);
            row.passed();
        }
    }

    /** A library that, loaded before a program, sets its clock back; {@code null} if there is no compiler to make it. */
    private static Path fakeClock() throws IOException {
        Path source = Path.of("src", "test", "c", "clock.c");
        Path library = ChildProcess.temporaryDirectory("jobstream-clock-").resolve("clock.so");
        try {
            int status = new ProcessBuilder(
                            "cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            return status == 0 ? library : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (IOException e) {
            return null;
        }
    }

    private static List<String> setBack(Path clock, int seconds) {
        return List.of("env", "LD_PRELOAD=" + clock, "CLOCK_BEHIND_SECONDS=" + seconds);
    }

    /** An event of an hour ahead in each job: for what comes after it the clock was set back. */
    private static void aheadOfTheClock(World world) throws IOException {
        String script = """
                local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1][1]
                redis.call('XADD', KEYS[1], ARGV[1], 'event', 'step.output', 'data', ARGV[2], 'prev', last)
                redis.call('PUBLISH', KEYS[1], '{"id":"' .. ARGV[1] .. '","event":"step.output","data":' .. ARGV[2]
                  .. ',"prev":"' .. last .. '"}')
                """;
        Id ahead = new Id(System.currentTimeMillis() + 3_600_000, 0);
        try (Resp resp = new Resp(world.valkey.port())) {
            for (String job : world.jobs) {
                resp.call("EVAL", script, "1", Publisher.key(job), ahead.toString(), "{\"n\":1000000}");
                world.publisher().note(job, ahead, 1_000_000);
            }
        }
    }

    @Tag("long")
    @Test
    void row15_manyEventsInOneMillisecond() throws IOException {
        int many = 100_000;
        Row row = new Row("15", "two events, and 100,000, in one millisecond");
        try (World world = World.forgetful("millisecond").withJobs(2);
                Resp valkey = new Resp(world.valkey.port())) {
            world.addNode();
            world.watch(10);
            world.awaitOpen();
            world.publish(20, 100, 1_000_000);
            world.awaitEvents(2);

            // For a script the clock stands still.
            world.publisher().appendInOneCall(valkey, world.jobs.get(0), many);
            world.publisher().appendInOneCall(valkey, world.jobs.get(1), 2);
            world.awaitEvents(10);

            Map<String, NavigableMap<Id, Integer>> journals = world.settle();
            long most = journals.get(world.jobs.get(0)).keySet().stream()
                    .mapToLong(Id::sequence)
                    .max()
                    .orElseThrow();
            row.figure("events of one millisecond", most + 1);
            assertThat(most + 1).isGreaterThanOrEqualTo(many);
            world.assertWhole(row);
            row.passed();
        }
    }
}
