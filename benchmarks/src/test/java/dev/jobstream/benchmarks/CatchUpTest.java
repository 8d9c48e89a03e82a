package dev.jobstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CatchUpTest {

    private static final long MILLI = 1_000_000;
    private static final long NOW = 9_000 * MILLI;

    private final CatchUp catchUp = new CatchUp(100 * MILLI);

    private void event(long atMillis, long latencyMillis) {
        catchUp.read(10);
        catchUp.event(atMillis * MILLI, latencyMillis * MILLI);
    }

    @Test
    void isDoneAfterASecondBelowTheBound() {
        event(0, 2_000);
        event(500, 300);
        event(600, 99);
        event(1_599, 5);
        assertThat(catchUp.isDone()).isFalse();

        event(1_600, 5);

        assertThat(catchUp.isDone()).isTrue();
        assertThat(catchUp.since(NOW)).isEqualTo(600 * MILLI);
        assertThat(catchUp.bytesBefore()).isEqualTo(30);
    }

    @Test
    void beginsAnewWhenItFallsBehindAgain() {
        event(0, 50);
        event(500, 100);
        event(700, 50);
        event(1_200, 50);
        assertThat(catchUp.isDone()).isFalse();

        event(1_700, 50);

        assertThat(catchUp.since(NOW)).isEqualTo(700 * MILLI);
        assertThat(catchUp.bytesBefore()).isEqualTo(30);
    }

    @Test
    void untilThenItIsAllThatCame() {
        event(0, 2_000);
        event(1, 2_000);

        assertThat(catchUp.since(NOW)).isEqualTo(NOW);
        assertThat(catchUp.bytesBefore()).isEqualTo(20);
    }
}
