package dev.jobstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {

    private final Histogram histogram = new Histogram();

    @Test
    void anEmptyOneHasNothing() {
        assertThat(histogram.percentile(99)).isZero();
        assertThat(histogram.count()).isZero();
    }

    @Test
    void smallValuesAreExact() {
        for (int value = 1; value <= 100; value++) {
            histogram.record(value);
        }

        assertThat(histogram.percentile(50)).isEqualTo(50);
        assertThat(histogram.percentile(99)).isEqualTo(99);
        assertThat(histogram.percentile(100)).isEqualTo(100);
    }

    @Test
    void largeValuesAreWithinAHundredth() {
        Random random = new Random(7);
        long[] values = random.longs(100_000, 0, 60_000_000_000L).toArray();
        Arrays.stream(values).forEach(histogram::record);
        Arrays.sort(values);

        for (double percent : new double[] {1, 10, 50, 90, 99, 99.9}) {
            long exact = values[(int) Math.ceil(percent / 100 * values.length) - 1];
            assertThat((double) histogram.percentile(percent)).isBetween(exact * 0.99, (double) exact);
        }
        assertThat(histogram.max()).isEqualTo(values[values.length - 1]);
    }

    @Test
    void takesTheLargestAndWhatIsBelowZero() {
        histogram.record(Long.MAX_VALUE);
        histogram.record(-5);

        assertThat(histogram.percentile(50)).isZero();
        assertThat(histogram.percentile(100)).isEqualTo(Long.MAX_VALUE);
    }
}
