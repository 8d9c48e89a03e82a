package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicationTest {

    private static final String ONE = "{\"event\":\"a\",\"data\":{\"n\":1}}";
    private static final String TWO = "{\"data\":{\"n\":2},\"event\":\"b\"}";

    @ParameterizedTest
    @ValueSource(strings = {"%s", " \r\n%s\n", "[%s]", " [ %s ] ", "[\n%s\n]\n"})
    void isOneEnvelopeOrAnArrayOfOne(String layout) {
        assertThat(parse(layout.formatted(ONE))).containsExactly(NewEvent.of("a", "{\"n\":1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[%s,%s]", " [ %s , %s ] ", "[\n%s\r\n,\r\n%s\n]"})
    void keepsTheOrderOfAnArray(String layout) {
        assertThat(parse(layout.formatted(ONE, TWO)))
                .containsExactly(NewEvent.of("a", "{\"n\":1}"), NewEvent.of("b", "{\"n\":2}"));
    }

    @Test
    void mayBeLong() {
        assertThat(parse(array(1_000))).hasSize(1_000).last().isEqualTo(NewEvent.of("a", "{\"n\":999}"));
    }

    @Test
    void isNotReadOnBehindTheMostEventsThatAreTaken() {
        assertThatExceptionOfType(TooManyEventsException.class)
                .isThrownBy(() -> parse(array(1_000).replaceFirst("]$", ",{\"event\":\"a\",\"data\":{}},and garbage")))
                .withMessage("there may be at most 1000 events in a request");
    }

    private static String array(int events) {
        return IntStream.range(0, events)
                .mapToObj("{\"event\":\"a\",\"data\":{\"n\":%d}}"::formatted)
                .collect(Collectors.joining(",", "[", "]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", " [ \n ] "})
    void anEmptyArrayHoldsNoEvents(String array) {
        assertThat(parse(array)).isEmpty();
    }

    @Test
    void idAndPrevAreTheJournalsToGive() {
        assertThat(parse("{\"id\":\"nonsense\",\"prev\":7,\"event\":\"a\",\"data\":{\"n\":1}}"))
                .containsExactly(NewEvent.of("a", "{\"n\":1}"));
    }

    @Test
    void foldsLineBreaksOfEachEventOnItsOwn() {
        assertThat(parse("[{\"event\":\"a\",\"data\":{\n\"n\":1}},\n{\"event\":\"b\",\"data\":{ \"n\" :2}}]"))
                .extracting(event -> event.data().toString())
                .containsExactly("{ \"n\":1}", "{ \"n\" :2}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "]",
                "[,]",
                "[%s",
                "[%s,",
                "[%s,]",
                "[,%s]",
                "[%s %s]",
                "[%s,,%s]",
                "[%s;%s]",
                "[%s}",
                "%s]",
                "%s,%s",
                "%s%s",
                "%s\n%s",
                "[%s]x",
                "[%s][]",
                "[%s],",
                "[]]",
                "[[%s]]",
                "[null]",
                "[%s,null]",
                "[%s,1]",
                "[%s,[]]",
                "[\"a\"]",
                "{}]",
                "%s\0"
            })
    void refusesTrailingAndBrokenThings(String layout) {
        refused(layout.formatted(ONE, TWO), "");
    }

    @Test
    void oneBadEventSpoilsAll() {
        refused("[" + ONE + ",{\"event\":\"stream.gap\",\"data\":{}}]", "event 'stream.gap' is reserved");
        refused("[" + ONE + ",{\"event\":\"a\"}]", "member 'data' is missing");
        refused("[" + ONE + ",{\"event\":\"a\",\"data\":[]}]", "data must be a JSON object");
    }

    @Test
    void readsItsPieceOfALargerBuffer() {
        byte[] lines = (ONE + "\n" + TWO + "\n").getBytes(StandardCharsets.UTF_8);
        int behindFirst = ONE.length();

        assertThat(EventEnvelope.parsePublication(lines, 0, behindFirst))
                .containsExactly(NewEvent.of("a", "{\"n\":1}"));
        assertThat(EventEnvelope.parsePublication(lines, behindFirst + 1, lines.length))
                .containsExactly(NewEvent.of("b", "{\"n\":2}"));
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> EventEnvelope.parsePublication(lines, 0, lines.length));
    }

    private static List<NewEvent> parse(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return EventEnvelope.parsePublication(bytes, 0, bytes.length);
    }

    private static void refused(String json, String message) {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> parse(json))
                .withMessageContaining(message);
    }
}
