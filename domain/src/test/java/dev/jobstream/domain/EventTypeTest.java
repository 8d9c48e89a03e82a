package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypeTest {

    private static final String ANY_JSON = "{}";

    /** Known before a test makes up as many names as are remembered. */
    private static final EventType IN_USE = EventType.of("step.output");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "0",
                "_",
                "a.b",
                "a.b.c",
                "step.output",
                "ai.tokens_used",
                "x_.y_",
                "az.09",
                "0.1",
                "job.completed.v2"
            })
    void takesDottedLowerCaseWords(String name) {
        assertThat(new EventType(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "A",
                "step.Output",
                "step-output",
                "a b",
                "a\n",
                "\na",
                "a\r\ndata: x",
                "a:",
                "ä",
                "a\0",
                "a/b",
                "*",
                "step.*",
                "{",
                "`",
                "ａ",
                "١"
            })
    void refusesEverythingElse(String name) {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> new EventType(name))
                .withMessageStartingWith("event must")
                .withMessageNotContaining("\n");
    }

    @Test
    void takes64CharactersAndNoMore() {
        assertThat(new EventType("x".repeat(64)).name()).hasSize(64);
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> new EventType("x".repeat(65)))
                .withMessageContaining("65");
    }

    @ParameterizedTest
    @ValueSource(strings = {"job.completed", "job.failed", "job.cancelled"})
    void threeTypesAreTheLastOfTheirJob(String name) {
        assertThat(new EventType(name).isTerminal()).isTrue();
        assertThat(JobEvent.liveOnly(new EventType(name), EventData.parse(ANY_JSON))
                        .isTerminal())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "job.created",
                "job.started",
                "job.progress",
                "step.completed",
                "step.failed",
                "job.completed.x",
                "job"
            })
    void noOtherTypeIsTheLast(String name) {
        assertThat(new EventType(name).isTerminal()).isFalse();
        assertThat(JobEvent.liveOnly(new EventType(name), EventData.parse(ANY_JSON))
                        .isTerminal())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream.gap", "stream.closing", "stream.x.y"})
    void theStreamsOwnNamesCannotBePublished(String name) {
        assertThat(new EventType(name).isReserved()).isTrue();
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> NewEvent.of(name, ANY_JSON))
                .withMessage("event '" + name + "' is reserved");
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> JobEvent.liveOnly(new EventType(name), EventData.parse(ANY_JSON)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "streams.x", "stream_x", "x.stream.gap", "streaming.started"})
    void namesThatOnlyResembleThemCan(String name) {
        assertThat(NewEvent.of(name, ANY_JSON).type().isReserved()).isFalse();
    }

    @Test
    void typesThatAreInUseAreShared() {
        assertThat(EventType.of("step.output")).isSameAs(IN_USE);
    }

    @Test
    void whoMakesUpNamesFillsNothing() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(EventType.of("made.up" + i)).hasToString("made.up" + i);
        }
        assertThat(EventType.of("made.up9999")).isNotSameAs(EventType.of("made.up9999"));
    }
}
