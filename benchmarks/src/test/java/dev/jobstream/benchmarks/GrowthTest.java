package dev.jobstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class GrowthTest {

    private final Growth growth = Growth.matrix();

    private List<String> wanted(String... names) {
        return growth.wanted(List.of(names)).stream().map(Growth.At::name).toList();
    }

    @Test
    void aNameWithoutBytesMeansAllSizes() {
        assertThat(wanted("1x200", "1x1")).containsExactly("1x1", "1x200-120", "1x200-1000", "1x200-8000");
        assertThat(wanted("1x200-8000")).containsExactly("1x200-8000");
    }

    @Test
    void noNameMeansAll() {
        assertThat(wanted()).hasSize(growth.points().size());
    }

    @Test
    void refusesAPointThatThereIsNot() {
        assertThatThrownBy(() -> wanted("1x2")).hasMessageContaining("no point 1x2");
    }
}
