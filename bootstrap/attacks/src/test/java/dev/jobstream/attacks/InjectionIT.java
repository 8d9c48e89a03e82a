package dev.jobstream.attacks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.SseClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Line ends, escapes and control characters in every place where a stranger may write. The log is looked at afterwards. */
class InjectionIT extends SharedTarget {

    /** Lines that a bad request may cause, however often it comes. */
    private static final int MOST_LINES = 20;

    private static final int OFTEN = 100;
    private static final String EVIL = "\r\n" + FORGED + ": 1\u001b[31m\u0000";

    private static String all() {
        return Requests.bearer(Tokens.good(Tokens.READ + " " + Tokens.WRITE));
    }

    /** As a browser would encode it. */
    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) {
            encoded.append(String.format("%%%02x", b));
        }
        return encoded.toString();
    }

    @Test
    void inTheAddress() {
        Map<String, Requests.Answer> answers = answers();
        String evil = encoded(EVIL);
        for (String path : new String[] {
            Requests.stream("a" + evil),
            Requests.stream("a%0aid:%201"),
            Requests.stream("a%1b"),
            Requests.stream("a%E2%80%A8"),
            Requests.events("a%0d"),
            "/runner-jobs/a/events/" + evil,
            Requests.stream(MINE) + "?lastEventId=" + evil,
            Requests.stream(MINE) + "?from=" + evil,
            Requests.events(MINE) + "?after=" + evil,
            Requests.events(MINE) + "?limit=" + evil,
            Requests.events(MINE) + "?limit=1&limit=" + evil + "&after=" + evil
        }) {
            answers.put(path, get(path, all()));
        }
        assertAllRefused(answers, 400, 404);
        // What is not asked for may be anything.
        assertThat(get(Requests.events(MINE) + "?" + evil + "=" + evil, all()).head())
                .doesNotContain(FORGED);
    }

    @Test
    void inHeaders() {
        Map<String, Requests.Answer> answers = answers();
        for (String value :
                new String[] {"1-0\u001b[31m", "1-0\u0000", "1-0\r" + FORGED + ": 1", "é", "1-0\u007f", "*", "-1"}) {
            answers.put(
                    "Last-Event-ID " + encoded(value), get(Requests.stream(MINE), all(), "Last-Event-ID: " + value));
            answers.put(
                    "Idempotency-Key " + encoded(value),
                    Requests.publish(
                            port(),
                            MINE,
                            "{\"event\":\"nothing\",\"data\":[]}".getBytes(UTF_8),
                            all(),
                            "Content-Type: application/json",
                            "Idempotency-Key: " + value));
        }
        answers.put("a header that goes on", get(Requests.stream(MINE), all(), "Last-Event-ID: 1-0\r\n " + FORGED));
        answers.put("no name", get(Requests.stream(MINE), all(), ": " + FORGED));
        answers.put("a name with a space", get(Requests.stream(MINE), all(), "Last-Event-ID : 1-0"));
        answers.put("a name with a control character", get(Requests.stream(MINE), all(), "X\u001b: 1"));
        assertAllRefused(answers, 400);
        assertRefused("a type", get(Requests.stream(MINE), all(), "Accept: \u001b[31m/x"), 400, 406);
        assertRefused(
                "no type",
                Requests.publish(port(), MINE, new byte[] {'{'}, all(), "Content-Type: a/b\u001b"),
                400,
                415);
    }

    @Test
    void badHostsDoNotFloodTheLog() {
        long before = target().log().lines().count();
        for (int i = 0; i < OFTEN; i++) {
            String request = "GET " + Requests.stream(MINE) + " HTTP/1.1\r\n" + all()
                    + "\r\nConnection: close\r\nHost: ba d\u001b[31m" + FORGED + i + "\r\n\r\n";
            assertRefused("Host", Requests.send(port(), request.getBytes(ISO_8859_1)), 400);
        }
        for (String host :
                new String[] {"a:b:c", "[::1", "a/../b", "%0d%0a", "-", "@", "a,b", "localhost\r\nHost: evil"}) {
            String request = "GET /nothing HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n";
            Requests.Answer answer = Requests.send(port(), request.getBytes(ISO_8859_1));
            assertThat(answer.status()).as(host).isBetween(400, 499);
        }
        assertThat(target().log().lines().skip(before).filter(line -> !line.contains(" DEBUG ")))
                .hasSizeLessThan(MOST_LINES);
    }

    @Test
    void whatIsRefusedAgainAndAgainDoesNotFloodTheLog() {
        long before = target().log().lines().count();
        for (int i = 0; i < OFTEN; i++) {
            assertThat(get(Requests.stream("a%0d%0a" + FORGED + i), all()).status())
                    .isEqualTo(400);
            assertThat(get("/nothing%2f" + i).status()).isIn(400, 401);
            assertThat(Requests.send(
                                    port(),
                                    Requests.head("X" + FORGED + i, Requests.events(MINE), all())
                                            .getBytes(ISO_8859_1))
                            .status())
                    .isIn(400, 405, 501);
            assertThat(Requests.send(
                                    port(),
                                    Requests.head("PUT", Requests.events(MINE), all())
                                            .getBytes(ISO_8859_1))
                            .status())
                    .isEqualTo(405);
            Requests.send(port(), ("GET / HTTP/9.9\r\n" + FORGED + "\u001b\r\n\r\n").getBytes(ISO_8859_1));
        }
        assertThat(target().log().lines().skip(before).filter(line -> !line.contains(" DEBUG ")))
                .hasSizeLessThan(MOST_LINES);
    }

    @Test
    void inEvents() {
        String token = Tokens.good(Tokens.WRITE);
        Map<String, Requests.Answer> answers = answers();
        for (String event : new String[] {
            "{\"event\":\"step.output\\n" + FORGED + "\",\"data\":{}}",
            "{\"event\":\"a\\r\",\"data\":{}}",
            "{\"event\":\"a\\u0000\",\"data\":{}}",
            "{\"event\":\"a:b\",\"data\":{}}",
            "{\"event\":\"stream.closing\",\"data\":{}}",
            "{\"event\":\"STEP\",\"data\":{}}",
            "{\"event\":\"\",\"data\":{}}",
            "{\"event\":\"a\",\"data\":{\"x\":\"a\n" + FORGED + "\"}}",
            "{\"event\":\"a\",\"data\":{\"x\":\"\u001b\"}}",
            "{\"event\":\"a\",\"data\":{\"x\":\"\\q\"}}",
            "{\"event\":\"a\",\"data\":\"id: 1\"}"
        }) {
            answers.put(encoded(event), Requests.json(port(), token, "inject", event));
        }
        assertAllRefused(answers, 400);
    }

    /** What may be published reads as one event each, whatever is in it. */
    @Test
    void noDataBecomesAFieldOfAStream() throws IOException {
        String job = "fields";
        String token = Tokens.good(Tokens.WRITE);
        List<String> data = List.of(
                "{\"x\":\"\\n\\nevent: stream.closing\\ndata: {}\\n\\n\"}",
                "{\"x\":\"\\r\\rid: 9-9\\r\\u0000\\u001b\"}",
                "{\"x\":\"\u2028id: 9-9\u2029\u0085\ufeff\"}",
                "{\"data: y\\nid\":1}");
        for (String each : data) {
            assertThat(Requests.json(port(), token, job, "{\"event\":\"step.output\",\"data\":" + each + "}")
                            .status())
                    .isEqualTo(201);
        }
        assertThat(Requests.json(port(), token, job, "{\"event\":\"step.output\",\r\n\"data\":{\r\"x\"\n:\n1}}")
                        .status())
                .isEqualTo(201);
        assertThat(Requests.json(port(), token, job, "{\"event\":\"job.completed\",\"data\":{}}")
                        .status())
                .isEqualTo(201);
        try (SseClient client = SseClient.get(port(), Requests.stream(job), Target.PATIENCE, all())) {
            assertThat(client.toEnd())
                    .extracting(SseClient.Event::type, SseClient.Event::data)
                    .startsWith(data.stream()
                            .map(each -> org.assertj.core.groups.Tuple.tuple("step.output", each))
                            .toArray(org.assertj.core.groups.Tuple[]::new))
                    .endsWith(
                            org.assertj.core.groups.Tuple.tuple("step.output", "{ \"x\" : 1}"),
                            org.assertj.core.groups.Tuple.tuple("job.completed", "{}"));
        }
    }
}
