package dev.jobstream.attacks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Bodies that are small on the wire and large behind it, and bodies that two readers would read in two ways. */
class BombsIT extends SharedTarget {

    private static final int MEGABYTE = 1 << 20;
    private static final String JSON = "Content-Type: application/json";

    private static String token() {
        return Tokens.good(Tokens.READ + " " + Tokens.WRITE);
    }

    private static Requests.Answer publish(String body) {
        return Requests.json(port(), token(), "bombs", body);
    }

    private static String event(String data) {
        return "{\"event\":\"step.output\",\"data\":" + data + "}";
    }

    @Test
    void whatIsCompressedIsNotRead() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[MEGABYTE];
            for (int i = 0; i < 200; i++) {
                gzip.write(zeros);
            }
        }
        Map<String, Requests.Answer> answers = answers();
        for (String encoding :
                new String[] {"gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip"}) {
            answers.put(
                    encoding,
                    Requests.publish(
                            port(),
                            "bombs",
                            bomb.toByteArray(),
                            Requests.bearer(token()),
                            JSON,
                            "Content-Encoding: " + encoding));
        }
        assertAllRefused(answers, 415);
    }

    @Test
    void whatIsDeepOrNotJson() {
        Map<String, Requests.Answer> answers = answers();
        answers.put("lists, 10,000 deep", publish(event("{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}")));
        answers.put("objects, 10,000 deep", publish(event("{\"x\":".repeat(10_000) + "1" + "}".repeat(10_000))));
        answers.put("lists that never end", publish("[".repeat(MEGABYTE)));
        answers.put("objects that never end", publish("{\"x\":".repeat(100_000)));
        answers.put("a byte-order mark", publish("\ufeff" + event("{}")));
        answers.put("a byte-order mark in data", publish(event("\ufeff{}")));
        answers.put("two events in one", publish("{\"event\":\"a\",\"event\":\"b\",\"data\":{}}"));
        answers.put("two datas in one", publish("{\"event\":\"a\",\"data\":{},\"data\":{}}"));
        answers.put("a comment", publish("/**/" + event("{}")));
        answers.put("single quotes", publish("{'event':'a','data':{}}"));
        answers.put("a comma too many", publish("[" + event("{}") + ",]"));
        answers.put("NaN", publish(event("{\"x\":NaN}")));
        answers.put("a leading zero", publish(event("{\"x\":01}")));
        answers.put("half a surrogate", publish("{\"event\":\"\\ud800\",\"data\":{}}"));
        answers.put("something behind it", publish(event("{}") + event("{}")));
        answers.put("nothing", publish(""));
        String[] headers = {Requests.bearer(token()), JSON};
        for (byte[] bytes : new byte[][] {
            event("{\"x\":\"\u00ff\"}").getBytes(ISO_8859_1), event("{}").getBytes(UTF_16), {(byte) 0xc0, (byte) 0xae}
        }) {
            answers.put("bytes that are not UTF-8: " + bytes.length, Requests.publish(port(), "bombs", bytes, headers));
        }
        byte[] overlong = event("{\"x\":\"??\"}").getBytes(UTF_8);
        overlong[overlong.length - 5] = (byte) 0xc0;
        overlong[overlong.length - 4] = (byte) 0xae;
        answers.put("overlong UTF-8", Requests.publish(port(), "bombs", overlong, headers));
        assertAllRefused(answers, 400);
    }

    @Test
    void whatIsTooLarge() {
        Map<String, Requests.Answer> answers = answers();
        answers.put("an event", publish(event("{\"x\":\"" + "x".repeat(300_000) + "\"}")));
        answers.put("a number", publish(event("{\"x\":" + "9".repeat(300_000) + "}")));
        String announced = Requests.head(
                "POST",
                Requests.events("bombs"),
                Requests.bearer(token()),
                JSON,
                "Expect: 100-continue",
                "Content-Length: " + (4 * MEGABYTE + 1));
        answers.put("a body, before it is sent", Requests.send(port(), announced.getBytes(ISO_8859_1)));
        answers.put("events", publish("[" + (event("{}") + ",").repeat(1_000) + event("{}") + "]"));
        assertAllRefused(answers, 413);
    }

    /** A number is a text to the server: it is passed on, and nobody computes it. */
    @Test
    void hugeNumbersAreNotComputed() {
        for (String number : new String[] {"1e999999999", "-1E-999999999", "9".repeat(100_000)}) {
            assertThat(publish(event("{\"x\":" + number + "}")).status()).isEqualTo(201);
            assertThat(get(Requests.events("bombs") + "?limit=1000", Requests.bearer(token()))
                            .body())
                    .contains("{\"x\":" + number + "}");
        }
    }

    /** What a proxy and the server could take for requests of different lengths. */
    @Test
    void framesThatCanBeReadInTwoWays() {
        String smuggled = "GET " + Requests.events(THEIRS) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        Map<String, Requests.Answer> answers = answers();
        for (String framing : new String[] {
            "Content-Length: 4\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 4",
            "Content-Length: 4\r\nContent-Length: 400",
            "Content-Length: 4, 400",
            "Content-Length: -1",
            "Content-Length: +4",
            "Content-Length: 0x4",
            "Content-Length: 99999999999999999999",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: \u000bchunked",
            "Transfer-Encoding : chunked"
        }) {
            String request = "POST " + Requests.events("bombs") + " HTTP/1.1\r\nHost: localhost\r\n"
                    + Requests.bearer(token()) + "\r\n" + JSON + "\r\n" + framing + "\r\n\r\n0\r\n\r\n" + smuggled;
            answers.put(framing, Requests.send(port(), request.getBytes(ISO_8859_1)));
        }
        assertAllRefused(answers, 400, 501);
    }
}
