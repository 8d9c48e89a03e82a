package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private static final List<String> PAGE = List.of(
            "Before.",
            "<!-- rows: begin -->",
            "| # | fault | figures |",
            "|---|---|---|",
            "| 1 | killed | old |",
            "| 1 | frozen | old |",
            "| 3 | cut | old |",
            "<!-- rows: end -->",
            "After.");

    private static List<String> rows(String number, String fault) {
        List<String> page = Table.with(PAGE, number, fault, "| " + number + " | " + fault + " | new |");
        assertThat(page).startsWith(PAGE.subList(0, 4).toArray(String[]::new));
        assertThat(page).endsWith("<!-- rows: end -->", "After.");
        return page.subList(4, page.size() - 2);
    }

    @Test
    void aRowTakesThePlaceOfTheOneOfItsFault() {
        assertThat(rows("1", "frozen"))
                .containsExactly("| 1 | killed | old |", "| 1 | frozen | new |", "| 3 | cut | old |");
    }

    @Test
    void aNewRowStandsBehindThoseOfItsNumber() {
        assertThat(rows("1", "starved"))
                .containsExactly(
                        "| 1 | killed | old |", "| 1 | frozen | old |", "| 1 | starved | new |", "| 3 | cut | old |");
        assertThat(rows("2", "starved"))
                .containsExactly(
                        "| 1 | killed | old |", "| 1 | frozen | old |", "| 2 | starved | new |", "| 3 | cut | old |");
    }
}
