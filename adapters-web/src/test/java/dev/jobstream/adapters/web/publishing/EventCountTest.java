package dev.jobstream.adapters.web.publishing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventEnvelope;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventCountTest {

    private static final String[] DATA = {
        "{}", "{\"a\":[1,[2,3],{}]}", "{\"a\":\"],},{\\\"\\\\\"}", "{ \"a\" : \"\\\\\" , \"b\":\",\" }"
    };

    private static int count(boolean lines, byte[] body, Random cuts) {
        EventCount events = new EventCount(lines);
        int count = 0;
        for (int from = 0; from < body.length; ) {
            int to = Math.min(body.length, from + 1 + cuts.nextInt(20));
            byte[] piece = Arrays.copyOfRange(body, from, to);
            count = events.add(piece, piece.length);
            from = to;
        }
        return count;
    }

    /** However a body is cut on its way, as many are counted as the parser then finds. */
    @RepeatedTest(200)
    void countsWhatTheParserFinds(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder array = new StringBuilder(" [");
        int events = random.nextInt(6);
        for (int i = 0; i < events; i++) {
            String data = DATA[random.nextInt(DATA.length)];
            array.append(i == 0 ? "\n" : " ,")
                    .append("{\"event\":\"a.b\",\"data\":")
                    .append(data)
                    .append("} ");
        }
        byte[] body = array.append("] ").toString().getBytes(UTF_8);

        assertThat(EventEnvelope.parsePublication(body, 0, body.length)).hasSize(events);
        assertThat(count(false, body, random)).isEqualTo(events);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "false | 0 | ''", "false | 1 | '{\"a\":[{},{}]}'", "false | 0 | '[ ]'", "false | 1 | '[{\"a\":\",\"}]'",
                "true | 0 | ''", "true | 1 | '{},{}'", "true | 2 | '{}\n \t\r\n\n  {}'", "true | 2 | '\n{}\r\n{}\r\n'"
            })
    void countsLinesOrMembers(boolean lines, int events, String body) {
        assertThat(count(lines, body.getBytes(UTF_8), new Random(events))).isEqualTo(events);
    }
}
