package dev.jobstream.attacks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What attackers send. */
final class Letters {

    private static final int PAUSE_MILLIS = 1_000;
    private static final int PIECE_BYTES = 64 * 1024;

    /** More than a quarter of the heap. */
    private static final long LARGE_BYTES = 73L * 1024 * 1024;

    private static final String JSON = "Content-Type: application/json";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final int TINY_EVENTS = 174_000;

    private Letters() {}

    /** Forms without a token, a byte a second. */
    static Supplier<Crowd.Letter> slowForms() {
        AtomicInteger next = new AtomicInteger();
        List<String> methods = List.of("PUT", "PATCH", "DELETE", "POST");
        return () -> Crowd.Letter.of(Requests.head(
                        methods.get(next.getAndIncrement() % methods.size()),
                        Requests.events("form"),
                        FORM,
                        "Content-Length: 1000000"))
                .trickling("a", PAUSE_MILLIS);
    }

    /** Forms of 73 MB without a token, as fast as they are taken. */
    static Supplier<Crowd.Letter> largeForms() {
        byte[] piece = "a".repeat(PIECE_BYTES).getBytes(US_ASCII);
        return () -> Crowd.Letter.of(
                        Requests.head("PUT", Requests.events("form"), FORM, "Content-Length: " + LARGE_BYTES))
                .with(piece, LARGE_BYTES / PIECE_BYTES);
    }

    /** JSON for a job that the token is good for, a byte a second; it says that it will be large. */
    static Supplier<Crowd.Letter> slowJson() {
        String token = Tokens.goodFor("slow");
        return () -> Crowd.Letter.of(Requests.head(
                        "POST", Requests.events("slow"), Requests.bearer(token), JSON, "Content-Length: 4194304"))
                .trickling(" ", PAUSE_MILLIS);
    }

    /** A request whose headers never end. */
    static Supplier<Crowd.Letter> slowHeaders() {
        return () -> Crowd.Letter.of("GET " + Requests.stream("slow") + " HTTP/1.1\r\nHost: localhost\r\n")
                .trickling("X-a: b\r\n", PAUSE_MILLIS);
    }

    /** 174,000 events in a body of just less than 4 MiB. */
    static Supplier<Crowd.Letter> tinyEvents() {
        String event = "{\"event\":\"a\",\"data\":{}},";
        byte[] body =
                ("[" + event.repeat(TINY_EVENTS) + event.substring(0, event.length() - 1) + "]").getBytes(US_ASCII);
        String token = Tokens.goodFor("tiny");
        return () -> Crowd.Letter.of(Requests.head(
                        "POST",
                        Requests.events("tiny"),
                        Requests.bearer(token),
                        JSON,
                        "Content-Length: " + body.length))
                .with(body, 1);
    }

    /** A good-looking body of just less than 4 MiB in one event's place: as much as a request may have. */
    static Supplier<Crowd.Letter> largeBodies() {
        byte[] body = ("[" + " ".repeat(4 * 1024 * 1024 - 2) + "]").getBytes(US_ASCII);
        String token = Tokens.goodFor("large");
        return () -> Crowd.Letter.of(Requests.head(
                        "POST",
                        Requests.events("large"),
                        Requests.bearer(token),
                        JSON,
                        "Content-Length: " + body.length))
                .with(body, 1);
    }

    /** Well-formed tokens, each of a key that nobody has. */
    static Supplier<Crowd.Letter> junkTokens() {
        return () -> {
            String header = "{\"alg\":\"RS256\",\"kid\":\"" + UUID.randomUUID() + "\"}";
            String token = Tokens.unsigned(header, Tokens.claims(), "A".repeat(342));
            return Crowd.Letter.of(Requests.head("GET", Requests.stream("junk"), Requests.bearer(token)));
        };
    }

    /** A stream of a job, with a good token. */
    static Supplier<Crowd.Letter> streams(String job) {
        String token = Tokens.goodFor(job);
        return () -> Crowd.Letter.of(Requests.head("GET", Requests.stream(job), Requests.bearer(token)));
    }
}
