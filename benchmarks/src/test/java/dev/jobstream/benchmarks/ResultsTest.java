package dev.jobstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.benchmarks.Marks.Mark;
import dev.jobstream.benchmarks.Results.Measurement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static Measurement cpu(double x, String server, int run, double micros) {
        return new Measurement("growth", x, server, run, Map.of("cpuMicros", micros), "");
    }

    private static Results results(Measurement... measurements) {
        return new Results(Map.of(), List.of(measurements));
    }

    @Test
    void aRatioIsOfTheSamePlaceAndRun() {
        Results rated = results(
                        cpu(1, "jobstream-25", 1, 30),
                        cpu(1, "limit", 1, 20),
                        cpu(1, "limit", 2, 5),
                        cpu(2, "jobstream-25", 1, 30))
                .withRatios();

        assertThat(rated.measurements().get(0).values()).containsEntry(Results.TIMES_LIMIT, 1.5);
        assertThat(rated.measurements().get(1).values()).doesNotContainKey(Results.TIMES_LIMIT);
        assertThat(rated.measurements().get(3).values()).doesNotContainKey(Results.TIMES_LIMIT);
    }

    @Test
    void aLaterFileCountsWhereItHasMeasured() {
        Measurement kept = cpu(1, "jobstream-25", 1, 30);
        Measurement old = cpu(2, "jobstream-25", 1, 30);
        Measurement failed = new Measurement("growth", 0, "jobstream-25", 1, Map.of(), "it does not start");
        Measurement later = cpu(2, "jobstream-25", 1, 20);

        assertThat(results(kept, old, failed).updatedBy(results(later)).measurements())
                .containsExactlyInAnyOrder(kept, later);
    }

    @Test
    void aMarkTakesTheNewestJdkAtItsPoint() {
        Mark mark = new Mark("growth", "10x1", "cpuMicros", false, 1, "");
        Results results = results(
                cpu(1, "jobstream-25", 1, 1),
                cpu(2, "jobstream-9", 1, 2),
                cpu(2, "jobstream-25", 1, 3),
                cpu(2, "jobstream-25", 2, 5));

        assertThat(Marks.value(results, mark)).contains(4.0);
        assertThat(Marks.value(results(), mark)).isEmpty();
    }

    @Test
    void aMarkSaysWhyThereIsNone() {
        Measurement notRun =
                new Measurement("S9b", 0, "jobstream-25", 1, Map.of(), NotRun.PREFIX + "the kernel has no netem");

        assertThat(Marks.table(results(notRun)))
                .contains("| S9b | ≥ 5 MB/s | not run: the kernel has no netem | – |")
                .contains("| S1 | ≤ 40 ms p99 | not measured | – |");
    }
}
