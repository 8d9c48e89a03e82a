package dev.jobstream.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.conformance.FaultyProxy.Passing;
import dev.jobstream.conformance.FaultyProxy.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Ways in which a server may be wrong, and the checks that must notice. */
final class Faults {

    /**
     * @param checks the numbers of those that fail, with commas between them
     * @param request what becomes of a request
     * @param answer what becomes of the head of an answer
     * @param piece what becomes of its parts
     */
    record Fault(String name, String checks, Consumer<Passing> request, Consumer<Passing> answer, Piece piece) {

        @Override
        public String toString() {
            return checks + " " + name;
        }
    }

    private static final String STARTED = "event: step.started\n";

    private final List<Fault> all = new ArrayList<>();

    private Faults() {
        headersAndFirstBlock();
        framing();
        ids();
        timesAndEnds();
        parts();
        refusals();
        otherForms();
        publishing();
    }

    static List<Fault> all() {
        return new Faults().all;
    }

    private void request(String checks, String name, Consumer<Passing> change) {
        all.add(new Fault(name, checks, change, passing -> {}, (passing, piece) -> piece));
    }

    private void answer(String checks, String name, Consumer<Passing> change) {
        all.add(new Fault(name, checks, passing -> {}, change, (passing, piece) -> piece));
    }

    /** Of event streams. */
    private void block(String checks, String name, UnaryOperator<String> change) {
        piece(checks, name, (passing, piece) -> passing.isSse() ? change.apply(piece) : piece);
    }

    private void piece(String checks, String name, Piece change) {
        all.add(new Fault(name, checks, passing -> {}, passing -> {}, change));
    }

    private void dropped(String checks, String name, Predicate<String> which) {
        piece(checks, name, (passing, piece) -> passing.isSse() && which.test(piece) ? null : piece);
    }

    /** A query without the parameter of this name. */
    private static String without(String name, String query) {
        return query.replaceAll("(^|&)" + name + "=[^&]*", "").replaceFirst("^&", "");
    }

    private void ignored(String checks, String parameter) {
        request(checks, parameter + " is ignored", passing -> {
            if (!passing.path.endsWith("/ws")) {
                passing.query = without(parameter, passing.query);
            }
        });
    }

    private static boolean isEvent(String block) {
        return block.contains("\ndata: ");
    }

    private void headersAndFirstBlock() {
        answer("1.1", "the type is another", passing -> passing.answerHeaders.put("Content-Type", "text/event-stream"));
        answer("1.2", "streams may be stored", passing -> passing.answerHeaders.put("Cache-Control", "no-cache"));
        answer("1.3", "proxies may hold it back", passing -> passing.answerHeaders.remove("X-Accel-Buffering"));
        dropped("1.4,1.5", "there is no first block", block -> block.startsWith("retry:"));
        block("1.4,1.5", "there is no comment in it", block -> block.replaceFirst(": jobstream\n", ""));
        dropped("1.6", "no event comes", Faults::isEvent);
        request("1.7", "a browser's page is not served", passing -> {
            if (passing.headers.getOrDefault("Accept", "").contains("*/*")) {
                passing.headers.put("Accept", "image/png");
            }
        });
    }

    private void framing() {
        block("2.1", "lines end in CR LF", block -> block.replace("\n", "\r\n"));
        piece(
                "2.1",
                "it begins with a byte order mark",
                (passing, piece) -> passing.isSse() && passing.pieces == 1 ? "\uFEFF" + piece : piece);
        block("2.2", "events have no type", block -> block.replaceFirst("event: [a-z.]+\n", ""));
        block("2.2,3.1", "events have no id", block -> block.replaceFirst("id: [0-9-]+\n", ""));
        block("2.3,2.8", "numbers are written again", block -> block.replace("1.10", "1.1"));
        block("2.3", "escapes are written again", block -> block.replace("\\u00e9", "é"));
        block(
                "2.4",
                "data has as many lines as it had",
                block -> block.replaceAll("(data: \\{) +\"a\"", "$1\ndata: \"a\""));
        block(
                "2.5",
                "long lines are cut",
                block -> block.length() > 65_536 ? block.substring(0, 65_536) + "\n\n" : block);
        piece(
                "2.6",
                "one of many is lost",
                (passing, piece) -> passing.isSse() && passing.pieces == 300 ? null : piece);
        dropped("2.7", "only known types are passed on", block -> block.contains("event: my_tool."));
    }

    private void ids() {
        block("3.1", "all ids are the same", block -> block.replaceFirst("id: [0-9-]+\n", "id: 1-0\n"));
        request("3.2,3.12,3.13", "the header is ignored", passing -> passing.headers.remove("Last-Event-ID"));
        ignored("3.3", "lastEventId");
        request("3.4", "the query wins", passing -> {
            if (passing.query.contains("lastEventId=")) {
                passing.headers.remove("Last-Event-ID");
            }
        });
        request("3.5", "an empty id is refused", passing -> {
            if (passing.query.equals("lastEventId=")) {
                passing.query += "empty";
            }
        });
        request("3.6,3.7", "what a URL repeats wins over the id", passing -> {
            if (passing.query.matches("(from|tail)=.*")) {
                passing.headers.remove("Last-Event-ID");
            }
        });
        request("3.8", "a malformed id is taken for none", passing -> {
            passing.headers.values().removeIf("not an id"::equals);
            passing.query = passing.query.replaceFirst("lastEventId=%3C.*", "");
        });
        piece(
                "3.9",
                "nothing is told to who has an id",
                (passing, piece) -> passing.headers.containsKey("Last-Event-ID") && piece.contains("event: step.output")
                        ? null
                        : piece);
        request("3.10", "it always begins with what comes", passing -> {
            if (passing.isStream() && passing.query.isEmpty()) {
                passing.query = "from=now";
            }
        });
        ignored("3.11", "from");
        block(
                "3.12,7.7,7.8",
                "no position is told at first",
                block -> block.startsWith("retry:") ? block.replaceFirst("id: .*\n", "") : block);
        piece(
                "3.13",
                "the first event after an id is lost",
                (passing, piece) -> passing.headers.containsKey("Last-Event-ID") && passing.pieces == 2 ? null : piece);
        piece(
                "4.1",
                "an event is told twice",
                (passing, piece) -> passing.isSse() && passing.pieces == 200 ? piece + piece : piece);
        piece(
                "4.2",
                "an event is lost",
                (passing, piece) -> passing.query.startsWith("from") && passing.pieces == 20 ? null : piece);
        piece(
                "4.3",
                "an event is lost where the tail ends",
                (passing, piece) -> passing.query.startsWith("tail") && passing.pieces == 27 ? null : piece);
    }

    private void timesAndEnds() {
        dropped("5.1,5.2", "there are no heartbeats", ":\n\n"::equals);
        piece(
                "5.2",
                "nothing comes after a heartbeat",
                (passing, piece) -> passing.isSse() && passing.pieces > 3 && isEvent(piece) ? null : piece);
        block("5.3", "heartbeats have an id", block -> block.equals(":\n\n") ? ":\nid: 7-7\n\n" : block);
        for (String end : List.of("6.1 completed", "6.2 failed", "6.3 cancelled")) {
            dropped(
                    end.substring(0, 3),
                    "the end is not told",
                    block -> block.contains("event: job." + end.substring(4)));
        }
        piece(
                "6.4",
                "an ended job has no events",
                (passing, piece) -> passing.isSse() && piece.contains("event: step.output") ? null : piece);
        piece("6.5", "it ends after any step", (passing, piece) -> {
            if (piece.contains("event: gate.failed")) {
                throw new FaultyProxy.End();
            }
            return piece;
        });
        answer("6.6,6.7", "204 is 200", passing -> passing.status = passing.status == 204 ? 200 : passing.status);
    }

    private void parts() {
        ignored("7.1,7.3", "events");
        dropped("7.2", "the end is filtered, too", block -> block.contains("event: job.completed"));
        ignored("7.4,7.5,7.6", "tail");
        request(
                "7.9",
                "a filter is taken as it is",
                passing ->
                        passing.query = passing.query.matches("events=(\\*|Step.*|.*,|(a,)+b)") ? "" : passing.query);
        request(
                "7.10",
                "any tail is taken",
                passing -> passing.query = passing.query.replaceFirst("tail=(-1|10001|all|1.5)", "tail=1"));
        request(
                "7.11",
                "tail and from are taken",
                passing -> passing.query = passing.query.replaceFirst("&from=beginning", ""));
        dropped("8.1", "a gap is not told", block -> block.contains("stream.gap"));
        block("8.1", "a gap has an id", block -> block.contains("stream.gap") ? "id: 1-1\n" + block : block);
        piece(
                "8.2",
                "a page does not tell of a gap",
                (passing, piece) -> piece.replaceFirst("^\\[\\{\"event\":\"stream.gap\",\"data\":\\{[^}]*}},", "["));
        piece(
                "8.3",
                "a gap is told where there is none",
                (passing, piece) -> passing.isSse() && passing.pieces == 2
                        ? "event: stream.gap\ndata: {\"after\":\"1-0\",\"resumesAt\":\"2-0\"}\n\n" + piece
                        : piece);
    }

    private void status(String checks, int from, int to) {
        answer(checks, from + " is " + to, passing -> passing.status = passing.status == from ? to : passing.status);
    }

    private void refusals() {
        answer("9.1,9.2", "401 asks for nothing", passing -> passing.answerHeaders.remove("WWW-Authenticate"));
        status("9.2", 401, 403);
        status("9.3", 403, 404);
        status("9.4,9.8", 400, 404);
        status("9.5", 406, 400);
        status("9.6,9.7", 405, 404);
        answer(
                "9.1,9.8,9.9",
                "a refusal is a page",
                passing -> passing.answerHeaders.replace("Content-Type", "application/problem+json", "text/html"));
        status("10.1", 201, 200);
        request("10.2", "tickets let nobody in", passing -> passing.query = without("ticket", passing.query));
        request("10.3,10.4", "tickets are not looked at", passing -> {
            if (passing.query.startsWith("ticket=")) {
                passing.query = "";
                passing.headers.put(
                        "Authorization", "Bearer " + Tokens.environment().get("JOBSTREAM_TOKEN"));
            }
        });
        status("10.5", 401, 403);
    }

    private void line(String checks, String name, UnaryOperator<String> change) {
        piece(
                checks,
                name,
                (passing, piece) ->
                        passing.answerHeaders.getOrDefault("Content-Type", "").startsWith(Probe.NDJSON)
                                ? change.apply(piece)
                                : piece);
    }

    private void otherForms() {
        line("11.1,11.5,11.6", "a line has no id", line -> line.replaceFirst("\"id\":\"[^\"]*\",\"event", "\"event"));
        request("11.2", "weights are not looked at", passing -> {
            if (passing.headers.getOrDefault("Accept", "").contains("q=")) {
                passing.headers.put("Accept", Probe.SSE);
            }
        });
        line("11.3", "there is no empty line", line -> line.equals("\n") ? "{}\n" : line);
        line(
                "11.4",
                "the position has an id of its own",
                line -> line.replace(
                        "{\"event\":\"stream.position\"", "{\"id\":\"1-1\",\"event\":\"stream.position\""));
        piece(
                "12.1,12.2,12.5",
                "text has a line for each piece",
                (passing, piece) ->
                        passing.answerHeaders.getOrDefault("Content-Type", "").startsWith(Probe.TEXT)
                                ? piece + "\n"
                                : piece);
        all.add(new Fault(
                "text has a heartbeat",
                "12.3",
                passing -> {
                    passing.headers.put("Asked", passing.headers.getOrDefault("Accept", ""));
                    passing.headers.replace("Accept", Probe.TEXT, Probe.NDJSON);
                },
                passing -> {
                    if (Probe.TEXT.equals(passing.headers.get("Asked"))) {
                        passing.answerHeaders.put("Content-Type", Probe.TEXT);
                    }
                },
                (passing, piece) -> piece));
        answer("12.4", "text is compressed", passing -> passing.answerHeaders.put("Content-Encoding", "br"));
        piece(
                "14.1",
                "a page has one event less",
                (passing, piece) ->
                        passing.path.endsWith("/events") ? piece.replaceFirst(",\\{\"id\".*}]$", "]") : piece);
        answer("14.2", "a page leads nowhere", passing -> passing.answerHeaders.remove("Link"));
        ignored("14.3", "after");
        request(
                "14.4",
                "any limit is taken",
                passing -> passing.query = passing.query.replaceFirst("limit=(0|1001|ten)", "limit=5"));
        request("14.5", "any id is taken", passing -> passing.query = passing.query.replaceFirst("after=%3C.*", ""));
    }

    private void body(String checks, String name, UnaryOperator<String> change) {
        request(checks, name, passing -> {
            if (passing.method.equals("POST")) {
                passing.body = change.apply(passing.text()).getBytes(UTF_8);
            }
        });
    }

    private void publishing() {
        status("15.1,15.2,15.3,15.14", 201, 202);
        body(
                "15.4,15.5,15.6,15.7",
                "what is refused is left out",
                body -> body.contains("Bad")
                                || body.contains("nonsense")
                                || body.contains("stream.")
                                || body.contains("\"data\":[]")
                        ? "{\"event\":\"step.output\",\"data\":{}}"
                        : body);
        body(
                "15.8",
                "what follows the end is left out",
                body -> body.startsWith("[{\"event\":\"job.completed\"")
                        ? "{\"event\":\"job.completed\",\"data\":{}}"
                        : body);
        status("15.9", 409, 400);
        body(
                "15.10",
                "large events are cut",
                body -> body.length() > 256 * 1024 && body.startsWith("{")
                        ? "{\"event\":\"step.output\",\"data\":{}}"
                        : body);
        status("15.11,15.12", 413, 400);
        status("15.13", 415, 400);
        request("15.14,15.15", "keys are ignored", passing -> passing.headers.remove("Idempotency-Key"));
        request("15.16", "any key is taken", passing -> {
            String key = passing.headers.get("Idempotency-Key");
            if (key != null && (key.length() > 128 || key.contains(" "))) {
                passing.headers.put("Idempotency-Key", "key");
            }
        });
        status("15.17", 401, 403);
        // The proxy reads a body to its end, so that no line is appended before.
        request("16.1", "lines are appended at the end", passing -> {});
        piece("16.2", "nothing is told at the end", (passing, piece) -> piece.replaceFirst("\"appended\":\\d+,", ""));
        body("16.3", "lines of text are joined", body -> body.startsWith("one\ntwo") ? body.replace('\n', ' ') : body);
        body("16.4", "lines that are no events are left out", body -> body.replace("nonsense\n", ""));
        status("16.5", 415, 400);
    }
}
