package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventFilterTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "step.output | step.output | true",
                "step.output | step.outputs | false",
                "step.output | step.output.line | false",
                "step.* | step.output | true",
                "step.* | step.output.line | true",
                "step.* | step | false",
                "step.* | steps.output | false",
                "a,b.c.*,d | b.c.d | true",
                "a,b.c.*,d | b.c | false",
                "a,b.c.*,d | d | true",
                "step.output | job.completed | true",
                "step.output | job.failed | true",
                "step.output | job.cancelled | true",
                "step.output | job.started | false"
            })
    void passesWhatAPatternNamesAndEveryEnd(String patterns, String type, boolean passes) {
        assertThat(EventFilter.parse(patterns).passes(new EventType(type))).isEqualTo(passes);
    }

    @Test
    void whoWantsNothingIsToldOfTheEnd() {
        EventFilter nothing = new EventFilter(List.of());

        assertThat(nothing.passes(new EventType("step.output"))).isFalse();
        assertThat(nothing.passes(new EventType("job.failed"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ",", "a,", ",a", "a,,b", "*", ".*", "a*", "a.*.b", "*.a", "a.**", "A", "a b", " a", "a\n", "ä.*"
            })
    void refusesWhatIsNoPattern(String patterns) {
        assertThatExceptionOfType(InvalidEventException.class).isThrownBy(() -> EventFilter.parse(patterns));
    }

    @Test
    void hasAtMostSixteenPatterns() {
        String sixteen = String.join(",", Collections.nCopies(16, "a.*"));

        assertThat(EventFilter.parse(sixteen).patterns()).containsExactly("a.*");
        assertThatExceptionOfType(InvalidEventException.class).isThrownBy(() -> EventFilter.parse(sixteen + ",b"));
    }

    @Test
    void isTheSameInAnyOrder() {
        assertThat(EventFilter.parse("a,b.*,a")).isEqualTo(EventFilter.parse("b.*,a"));
    }
}
