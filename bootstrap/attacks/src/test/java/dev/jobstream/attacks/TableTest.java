package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private static final List<String> PAGE = List.of(
            "Before.",
            "| attack | answer |",
            "|---|---|",
            "| a | 401 |",
            "| b | 503 |",
            "<!-- rows: end -->",
            "After.");

    @Test
    void aRowTakesThePlaceOfTheOneOfItsAttack() {
        assertThat(Table.with(PAGE, "a", "| a | new |"))
                .containsExactly(
                        "Before.",
                        "| attack | answer |",
                        "|---|---|",
                        "| a | new |",
                        "| b | 503 |",
                        "<!-- rows: end -->",
                        "After.");
    }

    @Test
    void aNewRowIsTheLast() {
        assertThat(Table.with(PAGE, "c", "| c | new |").subList(3, 7))
                .containsExactly("| a | 401 |", "| b | 503 |", "| c | new |", "<!-- rows: end -->");
    }
}
