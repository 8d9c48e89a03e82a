package dev.jobstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.benchmarks.Sequence.Seen;
import org.junit.jupiter.api.Test;

class SequenceTest {

    private final Sequence sequence = new Sequence();

    @Test
    void tellsWhatIsDoubledAndWhatIsOutOfOrder() {
        sequence.begin(100);

        assertThat(sequence.see(99)).isEqualTo(Seen.STALE);
        assertThat(sequence.see(100)).isEqualTo(Seen.NEW);
        assertThat(sequence.see(300)).isEqualTo(Seen.NEW);
        assertThat(sequence.see(101)).isEqualTo(Seen.OUT_OF_ORDER);
        assertThat(sequence.see(101)).isEqualTo(Seen.DUPLICATE);
        assertThat(sequence.see(300)).isEqualTo(Seen.DUPLICATE);
        assertThat(sequence.distinct()).isEqualTo(3);
    }

    @Test
    void beginsAnew() {
        sequence.begin(0);
        assertThat(sequence.see(70)).isEqualTo(Seen.NEW);
        sequence.begin(70);

        assertThat(sequence.distinct()).isZero();
        assertThat(sequence.see(70)).isEqualTo(Seen.NEW);
    }
}
