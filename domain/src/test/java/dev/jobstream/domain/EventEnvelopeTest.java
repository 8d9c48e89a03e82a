package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventEnvelopeTest {

    private static final String DATA = "{\"chunk\": \"é🚀\\u0000\",\"n\":1e400}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"2-0\",\"prev\":\"1-5\",\"event\":\"step.output\",\"data\":%s}",
                "{\"data\":%s,\"event\":\"step.output\",\"prev\":\"1-5\",\"id\":\"2-0\"}",
                "{\"event\":\"step.output\",\"id\":\"2-0\",\"data\":%s,\"prev\":\"1-5\"}",
                "{\"id\": \"2-0\", \"prev\": \"1-5\", \"event\": \"step.output\", \"data\": %s}",
                " {\n\"prev\" :\r\n\"1-5\"\t,\"id\"\n: \"2-0\",\"data\" : %s\n,\"event\":\"step.output\"\r}\r\n"
            })
    void readsAJournaledEventFromMembersInAnyOrder(String envelope) {
        JobEvent event = parse(envelope.formatted(DATA));

        assertThat(event)
                .isEqualTo(JobEvent.journaled(
                        EventId.parse("2-0"),
                        EventId.parse("1-5"),
                        new EventType("step.output"),
                        EventData.parse(DATA)));
        assertThat(event.data()).hasToString(DATA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":\"a\",\"data\":{}}",
                "{\"id\":\"2-0\",\"event\":\"a\",\"data\":{}}",
                "{\"prev\":\"2-0\",\"event\":\"a\",\"data\":{}}",
                "{\"id\":null,\"prev\":null,\"event\":\"a\",\"data\":{}}",
                "{\"id\":\"2-0\",\"prev\":7,\"event\":\"a\",\"data\":{}}",
                "{\"id\":{\"id\":\"2-0\"},\"prev\":[\"1-0\"],\"event\":\"a\",\"data\":{}}"
            })
    void withoutBothIdAndPrevAnEventIsLiveOnly(String envelope) {
        assertThat(parse(envelope)).isEqualTo(JobEvent.liveOnly(new EventType("a"), EventData.parse("{}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\":1",
                "\"x\":null",
                "\"x\":{\"event\":\"b\",\"data\":[]}",
                "\"x\":[{\"id\":\"9-9\"}]",
                "\"x\":\"\\\"event\\\":\"",
                "\"Event\":\"b\"",
                "\"data \":[]",
                "\"\":0",
                "\"x\":1,\"x\":2"
            })
    void ignoresMembersItDoesNotKnow(String member) {
        JobEvent expected = JobEvent.liveOnly(new EventType("a"), EventData.parse("{\"k\":1}"));

        assertThat(parse("{" + member + ",\"event\":\"a\",\"data\":{\"k\":1}}")).isEqualTo(expected);
        assertThat(parse("{\"event\":\"a\"," + member + ",\"data\":{\"k\":1}}")).isEqualTo(expected);
        assertThat(parse("{\"event\":\"a\",\"data\":{\"k\":1}," + member + "}")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "id, '{\"id\":\"1-0\",\"id\":\"1-0\",\"event\":\"a\",\"data\":{}}'",
                "id, '{\"id\":null,\"id\":\"1-0\",\"event\":\"a\",\"data\":{}}'",
                "prev, '{\"prev\":\"1-0\",\"prev\":\"1-0\",\"event\":\"a\",\"data\":{}}'",
                "event, '{\"event\":\"a\",\"event\":\"a\",\"data\":{}}'",
                "event, '{\"event\":\"a\",\"data\":{},\"\\u0065vent\":\"b\"}'",
                "data, '{\"event\":\"a\",\"data\":{},\"data\":{}}'",
                "data, '{\"event\":\"a\",\"data\":{},\"d\\u0061ta\":{}}'"
            })
    void refusesAMemberGivenTwice(String name, String envelope) {
        refused(envelope, "member '" + name + "' is given twice");
    }

    @Test
    void understandsEscapesInNamesAndValues() {
        JobEvent event = parse("{\"\\u0069\\u0064\":\"2\\u002d0\",\"\\u0070rev\":\"\\u0031-5\","
                + "\"ev\\u0065nt\":\"step\\u002Eoutput\",\"dat\\u0061\":{\"\\u0061\":\"\\/\"}}");

        assertThat(event)
                .isEqualTo(JobEvent.journaled(
                        EventId.parse("2-0"),
                        EventId.parse("1-5"),
                        new EventType("step.output"),
                        EventData.parse("{\"\\u0061\":\"\\/\"}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\\n",
                "a\\r\\ndata: {}",
                "a\\u000a",
                "a\\u000d",
                "a\\u0000",
                "\\b",
                "\\f",
                "\\t",
                "\\\"",
                "\\\\"
            })
    void anEscapeInATypeSmugglesNothingIn(String type) {
        refused("{\"event\":\"" + type + "\",\"data\":{}}", "event must be lower-case words");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1-", "-1", "01-0", "18446744073709551616-0", "1-0\\n", "$", "1-0 "})
    void refusesAMalformedIdOrPrev(String id) {
        refused("{\"id\":\"" + id + "\",\"prev\":\"1-0\",\"event\":\"a\",\"data\":{}}", "event id must look like");
        refused("{\"id\":\"2-0\",\"prev\":\"" + id + "\",\"event\":\"a\",\"data\":{}}", "event id must look like");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'{}', member 'event' is missing",
                "'{ }', member 'event' is missing",
                "'{\"data\":{}}', member 'event' is missing",
                "'{\"event\":\"a\"}', member 'data' is missing",
                "'{\"event\":null,\"data\":{}}', event must be a string",
                "'{\"event\":1,\"data\":{}}', event must be a string",
                "'{\"event\":[\"a\"],\"data\":{}}', event must be a string",
                "'{\"event\":\"A\",\"data\":{}}', event must be lower-case words",
                "'{\"event\":\"stream.gap\",\"data\":{}}', event 'stream.gap' is reserved",
                "'{\"event\":\"a\",\"data\":null}', data must be a JSON object",
                "'{\"event\":\"a\",\"data\":[]}', data must be a JSON object",
                "'{\"event\":\"a\",\"data\":\"{}\"}', data must be a JSON object",
                "'{\"event\":\"a\",\"data\":1}', data must be a JSON object",
                "'{\"id\":\"1-0\",\"prev\":\"1-0\",\"event\":\"a\",\"data\":{}}', id 1-0 must come after prev 1-0"
            })
    void saysWhatIsWrongWithAnEvent(String envelope, String message) {
        refused(envelope, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "1",
                "\"a\"",
                "[]",
                "[{\"event\":\"a\",\"data\":{}}]",
                "{",
                "{\"event\"",
                "{\"event\":\"a\",\"data\":{}",
                "{\"event\":\"a\",\"data\":{}}}",
                "{\"event\":\"a\",\"data\":{}}{}",
                "{\"event\":\"a\",\"data\":{}} x",
                "{\"event\":\"a\",\"data\":{},}",
                "{,\"event\":\"a\",\"data\":{}}",
                "{\"event\":\"a\" \"data\":{}}",
                "{event:\"a\",\"data\":{}}",
                "{\"event\":\"a\",\"data\":{x}}",
                "{\"event\":\"a\",\"data\":{\"a\":\"\n\"}}",
                "{\"event\":\"a\",\"data\":{},\"x\":01}",
                "{\"event\":\"a\",\"data\":{},\"x\"}",
                "\ufeff{\"event\":\"a\",\"data\":{}}"
            })
    void refusesWhatIsNotAnEnvelope(String message) {
        refused(message, "malformed JSON at byte ");
    }

    @ParameterizedTest
    @CsvSource({
        "1764064812391-0, 1764064812345-0",
        "0-1, 0-0",
        "9223372036854775807-9223372036854775807, 9223372036854775807-9223372036854775806"
    })
    void writesAJournaledEventAsClientsSeeIt(String id, String prev) {
        JobEvent event = JobEvent.journaled(
                EventId.parse(id), EventId.parse(prev), new EventType("step.output"), EventData.parse(DATA));

        String written = new String(EventEnvelope.write(event), StandardCharsets.UTF_8);

        assertThat(written).isEqualTo("{\"id\":\"" + id + "\",\"event\":\"step.output\",\"data\":" + DATA + "}");
        String withPrev = "{\"prev\":\"" + prev + "\"," + written.substring(1);
        assertThat(parse(withPrev)).isEqualTo(event);
    }

    @Test
    void writesALiveOnlyEventWithoutId() {
        JobEvent event = JobEvent.liveOnly(new EventType("a"), EventData.parse("{\n}"));

        byte[] written = EventEnvelope.write(event);

        assertThat(new String(written, StandardCharsets.UTF_8)).isEqualTo("{\"event\":\"a\",\"data\":{ }}");
        assertThat(EventEnvelope.receive(written).event()).isEqualTo(event);
    }

    @Test
    void namesTheJournalOfAnEventThatHasOne() {
        assertThat(received("{\"id\":\"2-0\",\"prev\":\"1-0\",\"event\":\"a\",\"data\":{},\"journal\":\"7\"}")
                        .journal())
                .isEqualTo("7");
        assertThat(received("{\"id\":\"2-0\",\"prev\":\"1-0\",\"event\":\"a\",\"data\":{}}")
                        .journal())
                .isNull();
        assertThat(received("{\"event\":\"a\",\"data\":{},\"journal\":\"7\"}").journal())
                .isNull();
        refused(
                "{\"id\":\"2-0\",\"prev\":\"1-0\",\"event\":\"a\",\"data\":{},\"journal\":\"7\",\"journal\":\"8\"}",
                "member 'journal' is given twice");
    }

    private static EventEnvelope.Received received(String envelope) {
        return EventEnvelope.receive(envelope.getBytes(StandardCharsets.UTF_8));
    }

    private static JobEvent parse(String envelope) {
        return EventEnvelope.receive(envelope.getBytes(StandardCharsets.UTF_8)).event();
    }

    private static void refused(String envelope, String message) {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> parse(envelope))
                .withMessageContaining(message);
    }
}
