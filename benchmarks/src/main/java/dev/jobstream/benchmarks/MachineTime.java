package dev.jobstream.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the machine's processors have spent so far, in ticks.
 *
 * @param idle with nothing to do, or with waiting for a disk
 */
record MachineTime(long all, long idle) {

    private static final int IDLE = 3;
    private static final int WAITING = 4;

    /** What guests take is counted as the user's as well. */
    private static final int GUEST = 8;

    static MachineTime now() {
        try {
            String first = Files.readAllLines(Path.of("/proc/stat")).get(0);
            long[] ticks = Arrays.stream(first.trim().split(" +"))
                    .skip(1)
                    .limit(GUEST)
                    .mapToLong(Long::parseLong)
                    .toArray();
            return new MachineTime(Arrays.stream(ticks).sum(), ticks[IDLE] + ticks[WAITING]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The part of the time since then in which processors were idle. */
    double idleSince(MachineTime before) {
        return (double) (idle - before.idle) / Math.max(1, all - before.all);
    }
}
