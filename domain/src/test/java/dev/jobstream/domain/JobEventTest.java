package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobEventTest {

    private static final EventType TYPE = new EventType("step.output");
    private static final EventData DATA = EventData.parse("{}");

    @Test
    void aJournaledEventNamesItsPredecessor() {
        JobEvent event = JobEvent.journaled(EventId.parse("2-0"), EventId.parse("1-7"), TYPE, DATA);

        assertThat(event.isLiveOnly()).isFalse();
        assertThat(event.journaledId()).isEqualTo(EventId.parse("2-0"));
        assertThat(event.prev()).isEqualTo(EventId.parse("1-7"));
    }

    @Test
    void aLiveOnlyEventHasNeitherIdNorPredecessor() {
        JobEvent event = JobEvent.liveOnly(TYPE, DATA);

        assertThat(event.isLiveOnly()).isTrue();
        assertThat(event.id()).isNull();
        assertThat(event.prev()).isNull();
        assertThatIllegalStateException().isThrownBy(event::journaledId).withMessage("a live-only event has no id");
    }

    @ParameterizedTest
    @CsvSource({"1-0,", ",1-0"})
    void idAndPredecessorGoTogether(@Nullable String id, @Nullable String prev) {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> new JobEvent(parsed(id), parsed(prev), TYPE, DATA))
                .withMessage("id and prev go together");
    }

    @ParameterizedTest
    @CsvSource({"1-0, 1-0", "1-0, 1-1", "1-9, 2-0", "0-0, 0-0"})
    void anEventComesAfterItsPredecessor(String id, String prev) {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> JobEvent.journaled(EventId.parse(id), EventId.parse(prev), TYPE, DATA))
                .withMessage("id " + id + " must come after prev " + prev);
    }

    private static @Nullable EventId parsed(@Nullable String text) {
        return text == null ? null : EventId.parse(text);
    }
}
